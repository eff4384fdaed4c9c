package dev.aicredits.archive;

import dev.aicredits.audit.AuditRecord;
import dev.aicredits.audit.JdbcAuditLog;
import java.time.Clock;
import java.time.YearMonth;
import java.util.Map;
import javax.sql.DataSource;

/** What an organization's audit log says of its months: who archived and who restored which. */
final class ArchiveLog {

    private static final String ACTOR = "operator:infra/archive";

    private final JdbcAuditLog auditLog;

    ArchiveLog(DataSource owner, Clock clock) {
        this.auditLog = new JdbcAuditLog(owner, clock);
    }

    /** Adds a record about {@code closing}, in the caller's transaction. */
    void add(String action, Closing closing, String fileSha256) {
        auditLog.add(new AuditRecord(
                closing.organization(),
                ACTOR,
                null,
                action,
                YearMonth.from(closing.month()).toString(),
                null,
                Map.of(),
                Map.of(
                        "firstSeq", closing.firstSeq(),
                        "lastSeq", closing.lastSeq(),
                        "usageEntries", closing.usageEntries(),
                        "fileSha256", fileSha256)));
    }
}
