package dev.aicredits.credits;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the summary is made of: totals, none of which is added up from the entries of usage. */
final class JdbcSummary {

    /** Where the ledger stands. */
    record Standing(long balanceNanos, long entrySeq, OffsetDateTime updatedAt) {}

    /** What was booked beside usage, each signed as it was booked. */
    record Moved(long toppedUp, long refunded, long disputed, long adjusted) {}

    /** What agents spent in all, and in the month. */
    record Spent(long total, long month) {}

    /** The newest top-up. */
    record Purchase(long entrySeq, long amountNanos, OffsetDateTime bookedAt) {}

    private final JdbcClient jdbc;

    JdbcSummary(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    Standing standing(long organizationKey) {
        return jdbc.sql("""
                        SELECT balance_nanos, entry_seq, updated_at FROM organization_balance
                         WHERE organization_id = :organization
                        """)
                .param("organization", organizationKey)
                .query(Standing.class)
                .single();
    }

    Moved moved(long organizationKey) {
        return jdbc.sql("""
                        SELECT coalesce(sum(amount_nanos) FILTER (WHERE entry_kind = 2), 0) AS topped_up,
                               coalesce(sum(amount_nanos) FILTER (WHERE entry_kind IN (3, 4)), 0) AS refunded,
                               coalesce(sum(amount_nanos) FILTER (WHERE entry_kind IN (5, 6)), 0) AS disputed,
                               coalesce(sum(amount_nanos) FILTER (WHERE entry_kind = 7), 0) AS adjusted
                          FROM ledger_entry
                         WHERE organization_id = :organization AND entry_kind <> 1
                        """)
                .param("organization", organizationKey)
                .query(Moved.class)
                .single();
    }

    Spent spent(long organizationKey, LocalDate month) {
        return jdbc.sql("""
                        SELECT coalesce(sum(spent_nanos), 0) AS total,
                               coalesce(sum(spent_nanos) FILTER (WHERE window_start = :month), 0) AS month
                          FROM agent_spend
                         WHERE organization_id = :organization
                        """)
                .param("organization", organizationKey)
                .param("month", month)
                .query(Spent.class)
                .single();
    }

    /** What was spent on the days from {@code from} on, {@code to} excluded. */
    long spentOnDays(long organizationKey, LocalDate from, LocalDate to) {
        return jdbc.sql("""
                        SELECT coalesce(sum(spent_nanos), 0) FROM agent_daily_spend_part
                         WHERE organization_id = :organization AND day >= :from AND day < :to
                        """)
                .param("organization", organizationKey)
                .param("from", from)
                .param("to", to)
                .query(Long.class)
                .single();
    }

    Optional<Purchase> lastPurchase(long organizationKey) {
        return jdbc.sql("""
                        SELECT entry_seq, amount_nanos, booked_at FROM ledger_entry
                         WHERE organization_id = :organization AND entry_kind <> 1 AND entry_kind = 2
                         ORDER BY entry_seq DESC LIMIT 1
                        """)
                .param("organization", organizationKey)
                .query(Purchase.class)
                .optional();
    }
}
