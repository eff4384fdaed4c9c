package dev.aicredits.archive;

import static dev.aicredits.ledger.JdbcTimes.utc;

import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts an archived month back into the ledger, as the owner of the schema. */
final class JdbcMonthRestore {

    private static final int INSERT_ROWS = 1_000;

    private static final int NAMED_MAX = 10;

    private static final String INSERT = """
            INSERT INTO ledger_entry (organization_id, entry_seq, entry_kind, amount_nanos, balance_after_nanos,
                occurred_at, booked_at, dedupe_key, agent_id, external_user_id, product_id, rate_card_version,
                input_tokens, cached_input_tokens, cache_creation_input_tokens, output_tokens, quantity)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String BOOKED_AGAIN = """
            SELECT o.public_id || ': entry ' || e.entry_seq || ' has the dedupe key ' || e.dedupe_key
              FROM unnest(:organizations::bigint[], :keys::uuid[]) AS a (organization_id, dedupe_key)
              JOIN ledger_entry e ON e.organization_id = a.organization_id AND e.dedupe_key = a.dedupe_key
              JOIN organization o ON o.organization_id = e.organization_id
             ORDER BY e.organization_id, e.entry_seq
            """;

    private final JdbcTemplate template;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final ArchiveLog log;

    JdbcMonthRestore(DataSource owner, ArchiveLog log) {
        this.template = new JdbcTemplate(owner);
        this.jdbc = JdbcClient.create(owner);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(owner));
        this.log = log;
    }

    /**
     * Puts the usage of a month's closings back and forgets the closings, all in one transaction.
     *
     * @param entries hands every entry of the archive to whom it is given, as often as it is asked
     * @throws ArchiveRefusedException if a later month is closed, or the ledger has an event of this one again
     */
    void restore(YearMonth month, List<LedgerClosing> closings, ArchiveFolder.Entries entries) {
        try {
            putBack(closings, entries);
        } catch (DuplicateKeyException e) {
            List<String> again = bookedAgain(entries);
            if (again.isEmpty()) {
                throw e;
            }
            throw new ArchiveRefusedException(
                    month + " can't be put back: " + again.size() + " of its events came again with a new time and "
                            + (again.size() == 1 ? "was" : "were") + " booked again. "
                            + String.join("; ", again.subList(0, Math.min(again.size(), NAMED_MAX)))
                            + (again.size() > NAMED_MAX ? "; and others. " : ". ")
                            + "A ledger books a key once. Read the month in its file; if a customer paid twice, adjust it",
                    e);
        }
    }

    /** Where the ledger has what the archive has too, an organization after the other. */
    private List<String> bookedAgain(ArchiveFolder.Entries entries) {
        List<String> again = new ArrayList<>();
        inParts(
                entries,
                rows -> again.addAll(jdbc.sql(BOOKED_AGAIN)
                        .param(
                                "organizations",
                                rows.stream().map(ArchivedEntry::organization).toArray(Long[]::new))
                        .param(
                                "keys",
                                rows.stream().map(ArchivedEntry::dedupeKey).toArray(UUID[]::new))
                        .query(String.class)
                        .list()));
        return again;
    }

    private void putBack(List<LedgerClosing> closings, ArchiveFolder.Entries entries) {
        transaction.executeWithoutResult(status -> {
            for (LedgerClosing archived : closings) {
                Closing closing = archived.closing();
                for (String kept : List.of("archived_spend", "archived_overshoot")) {
                    jdbc.sql("DELETE FROM " + kept + " WHERE organization_id = :organization AND month = :month")
                            .param("organization", closing.organization())
                            .param("month", Date.valueOf(closing.month()))
                            .update();
                }
                int forgotten = jdbc.sql("""
                                DELETE FROM ledger_closing c
                                 WHERE c.organization_id = :organization AND c.month = :month
                                   AND c.archived_at IS NOT NULL
                                   AND NOT EXISTS (SELECT FROM ledger_closing l
                                                    WHERE l.organization_id = :organization AND l.last_seq > c.last_seq)
                                """)
                        .param("organization", closing.organization())
                        .param("month", Date.valueOf(closing.month()))
                        .update();
                if (forgotten != 1) {
                    throw new ArchiveRefusedException(
                            closing.organizationId() + " has a later month closed: restore that first");
                }
                log.add("ledger_month_restored", closing, String.valueOf(archived.fileSha256()));
            }
            insert(entries);
        });
    }

    private void insert(ArchiveFolder.Entries entries) {
        inParts(entries, rows -> template.batchUpdate(INSERT, rows, INSERT_ROWS, JdbcMonthRestore::bind));
    }

    /** The usage among the entries, so many at once. */
    private static void inParts(ArchiveFolder.Entries entries, Consumer<List<ArchivedEntry>> sink) {
        List<ArchivedEntry> rows = new ArrayList<>();
        entries.forEach(entry -> {
            if (entry.isUsage()) {
                rows.add(entry);
            }
            if (rows.size() == INSERT_ROWS) {
                sink.accept(rows);
                rows.clear();
            }
        });
        if (!rows.isEmpty()) {
            sink.accept(rows);
        }
    }

    private static void bind(PreparedStatement row, ArchivedEntry entry) throws SQLException {
        row.setLong(1, entry.organization());
        row.setLong(2, entry.seq());
        row.setShort(3, entry.kind());
        row.setLong(4, entry.amountNanos());
        row.setLong(5, entry.balanceAfterNanos());
        row.setObject(6, utc(entry.occurredAt()));
        row.setObject(7, utc(entry.bookedAt()));
        row.setObject(8, entry.dedupeKey());
        row.setObject(9, entry.agent(), Types.BIGINT);
        row.setObject(10, entry.externalUser(), Types.BIGINT);
        row.setObject(11, entry.product(), Types.INTEGER);
        row.setObject(12, entry.rateCardVersion(), Types.INTEGER);
        row.setObject(13, entry.inputTokens(), Types.INTEGER);
        row.setObject(14, entry.cachedInputTokens(), Types.INTEGER);
        row.setObject(15, entry.cacheCreationInputTokens(), Types.INTEGER);
        row.setObject(16, entry.outputTokens(), Types.INTEGER);
        row.setObject(17, entry.quantity(), Types.INTEGER);
    }
}
