package dev.aicredits.archive;

import dev.aicredits.ledger.BilledUsage;
import java.sql.Date;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what the database keeps of entries that left, and what it takes to rate them again. */
final class JdbcArchivedSpends {

    /** Whose part of the totals, by the key of {@code archived_spend}. */
    record Slot(long agent, long externalUser, int product, LocalDate windowStart) {}

    private final JdbcClient jdbc;

    JdbcArchivedSpends(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    Map<Slot, Spent> of(long organization, YearMonth month) {
        Map<Slot, Spent> spends = new HashMap<>();
        jdbc.sql("""
                        SELECT agent_id, external_user_id, product_id, window_start, spent_nanos, entry_count
                          FROM archived_spend WHERE organization_id = :organization AND month = :month
                        """)
                .param("organization", organization)
                .param("month", Date.valueOf(month.atDay(1)))
                .query(row -> {
                    spends.put(
                            new Slot(
                                    row.getLong("agent_id"),
                                    row.getLong("external_user_id"),
                                    row.getInt("product_id"),
                                    row.getObject("window_start", LocalDate.class)),
                            new Spent(row.getLong("spent_nanos"), row.getLong("entry_count")));
                });
        return spends;
    }

    Map<Integer, BilledUsage.Product> products() {
        Map<Integer, BilledUsage.Product> products = new HashMap<>();
        jdbc.sql("SELECT product_id, usage_kind, provider, model, unit FROM product")
                .query(row -> {
                    products.put(
                            row.getInt("product_id"),
                            new BilledUsage.Product(
                                    row.getString("usage_kind"),
                                    row.getString("provider"),
                                    row.getString("model"),
                                    row.getString("unit")));
                });
        return products;
    }
}
