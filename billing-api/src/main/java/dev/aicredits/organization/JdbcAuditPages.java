package dev.aicredits.organization;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads an organization's audit log, the newest record first. */
final class JdbcAuditPages {

    /** A record, its states as JSON. */
    record Row(
            UUID auditId,
            String actor,
            @Nullable String origin,
            String action,
            String subject,
            @Nullable String reason,
            String stateBefore,
            String stateAfter,
            OffsetDateTime happenedAt) {}

    /** The last record of a page; the next one begins after it. */
    record Position(OffsetDateTime happenedAt, UUID auditId) {}

    private final JdbcClient jdbc;

    JdbcAuditPages(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    List<Row> after(long organizationKey, @Nullable Position position, int limit) {
        return jdbc.sql("""
                        SELECT audit_id, actor, origin, action, subject, reason, state_before::text, state_after::text,
                               happened_at
                          FROM audit_log
                         WHERE organization_id = :organization
                           AND (:at::timestamptz IS NULL OR (happened_at, audit_id) < (:at::timestamptz, :id::uuid))
                         ORDER BY happened_at DESC, audit_id DESC
                         LIMIT :limit
                        """)
                .param("organization", organizationKey)
                .param("at", position == null ? null : position.happenedAt())
                .param("id", position == null ? null : position.auditId())
                .param("limit", limit)
                .query(Row.class)
                .list();
    }
}
