package dev.aicredits.archive;

import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads closings and their entries, under any role that reads the tables. */
final class JdbcClosings {

    private static final int FETCH_ROWS = 5_000;

    private static final String CLOSINGS = """
            SELECT c.organization_id, o.public_id, c.month, c.first_seq, c.last_seq, c.opening_balance_nanos,
                   c.closing_balance_nanos, c.usage_entries, c.usage_nanos, c.closed_before,
                   encode(c.file_sha256, 'hex') AS file_sha256
              FROM ledger_closing c
              JOIN organization o ON o.organization_id = c.organization_id
             WHERE c.month = :month
             ORDER BY c.organization_id
            """;

    private static final String ENTRIES = """
            SELECT organization_id, entry_seq, entry_kind, amount_nanos, balance_after_nanos, occurred_at, booked_at,
                   dedupe_key, agent_id, external_user_id, product_id, rate_card_version, input_tokens,
                   cached_input_tokens, cache_creation_input_tokens, output_tokens, quantity, checkout_session_id,
                   refund_id, dispute_id, description
              FROM ledger_entry
             WHERE organization_id = ? AND entry_seq BETWEEN ? AND ? AND (? OR entry_kind <> 1)
             ORDER BY entry_seq
            """;

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    JdbcClosings(DataSource dataSource) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    /** The month's closings, in the order of their organizations' keys. */
    List<LedgerClosing> of(YearMonth month) {
        return jdbc.sql(CLOSINGS)
                .param("month", Date.valueOf(month.atDay(1)))
                .query((row, number) -> new LedgerClosing(closing(row), row.getString("file_sha256")))
                .list();
    }

    private static Closing closing(ResultSet row) throws SQLException {
        return new Closing(
                row.getLong("organization_id"),
                row.getString("public_id"),
                row.getObject("month", LocalDate.class),
                row.getLong("first_seq"),
                row.getLong("last_seq"),
                row.getLong("opening_balance_nanos"),
                row.getLong("closing_balance_nanos"),
                row.getLong("usage_entries"),
                row.getLong("usage_nanos"),
                row.getObject("closed_before", OffsetDateTime.class).toInstant());
    }

    /** The months that have left the ledger. */
    List<YearMonth> archivedMonths() {
        return jdbc
                .sql("SELECT DISTINCT month FROM ledger_closing WHERE archived_at IS NOT NULL ORDER BY month")
                .query(LocalDate.class)
                .list()
                .stream()
                .map(YearMonth::from)
                .toList();
    }

    /** All entries of a stretch that are in the ledger, in their order, read as they are used. */
    void entries(long organization, long firstSeq, long lastSeq, Consumer<ArchivedEntry> sink) {
        stream(organization, firstSeq, lastSeq, true, sink);
    }

    /** Those that are not usage: they stay. */
    List<ArchivedEntry> keptEntries(Closing closing) {
        List<ArchivedEntry> kept = new ArrayList<>();
        stream(closing.organization(), closing.firstSeq(), closing.lastSeq(), false, kept::add);
        return kept;
    }

    private void stream(
            long organization, long firstSeq, long lastSeq, boolean usageToo, Consumer<ArchivedEntry> sink) {
        JdbcTemplate template = new JdbcTemplate(dataSource);
        template.setFetchSize(FETCH_ROWS);
        RowCallbackHandler row = result -> sink.accept(entry(result));
        // A cursor needs a transaction.
        transaction.executeWithoutResult(
                status -> template.query(ENTRIES, row, organization, firstSeq, lastSeq, usageToo));
    }

    private static ArchivedEntry entry(ResultSet row) throws SQLException {
        return new ArchivedEntry(
                row.getLong("organization_id"),
                row.getLong("entry_seq"),
                row.getShort("entry_kind"),
                row.getLong("amount_nanos"),
                row.getLong("balance_after_nanos"),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getObject("booked_at", OffsetDateTime.class).toInstant(),
                Objects.requireNonNull(row.getObject("dedupe_key", UUID.class)),
                row.getObject("agent_id", Long.class),
                row.getObject("external_user_id", Long.class),
                row.getObject("product_id", Integer.class),
                row.getObject("rate_card_version", Integer.class),
                row.getObject("input_tokens", Integer.class),
                row.getObject("cached_input_tokens", Integer.class),
                row.getObject("cache_creation_input_tokens", Integer.class),
                row.getObject("output_tokens", Integer.class),
                row.getObject("quantity", Integer.class),
                row.getString("checkout_session_id"),
                row.getString("refund_id"),
                row.getString("dispute_id"),
                row.getString("description"));
    }
}
