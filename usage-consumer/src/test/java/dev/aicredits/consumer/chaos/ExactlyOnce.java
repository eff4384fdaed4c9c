package dev.aicredits.consumer.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcDailyTotals;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether a ledger holds every event that was sent exactly once, and where it does not. */
final class ExactlyOnce {

    private static final int SHOWN_MAX = 30;

    private final ChaosLedger ledger;
    private final UsageTraffic traffic;
    private final JdbcClient jdbc;

    private ExactlyOnce(ChaosLedger ledger, UsageTraffic traffic) {
        this.ledger = ledger;
        this.traffic = traffic;
        this.jdbc = ledger.jdbc();
    }

    /** Fails, naming the differences, unless the drained ledger is what the stopped traffic's own account says. */
    static void verify(ChaosLedger ledger, UsageTraffic traffic) {
        ExactlyOnce check = new ExactlyOnce(ledger, traffic);
        List<String> differences = new ArrayList<>();
        check.addEvents(differences);
        differences.addAll(traffic.expected().differencesIn(check.figures()));
        check.addDays("daily spends as they are read", differences);
        check.addRestToDailyTotals();
        check.addDays("daily spends once all are in the totals", differences);
        new JdbcAudit(ledger.connections()).run().forEach(finding -> differences.add(finding.toString()));
        check.addDeadLetters(differences);
        check.addChanges(differences);
        assertThat(differences.stream().limit(SHOWN_MAX).toList())
                .as("%,d differences after %s, the first of them", differences.size(), traffic)
                .isEmpty();
    }

    private void addEvents(List<String> differences) {
        List<UUID> booked = jdbc.sql("SELECT dedupe_key FROM ledger_entry")
                .query(UUID.class)
                .list();
        Set<UUID> once = new HashSet<>();
        Set<UUID> twice = new HashSet<>();
        booked.forEach(key -> {
            if (!once.add(key)) {
                twice.add(key);
            }
        });
        long missing = traffic.sent().stream()
                .filter(event -> !once.contains(event.id()))
                .count();
        if (missing > 0 || !twice.isEmpty()) {
            differences.add("events: %,d sent, %,d missing from the ledger, %,d in it more than once"
                    .formatted(traffic.sent().size(), missing, twice.size()));
        }
    }

    private Figures figures() {
        Figures figures = new Figures();
        jdbc.sql("SELECT organization_id, balance_nanos, entry_seq FROM organization_statement")
                .query(row -> {
                    figures.add(row.getString("organization_id") + " balance", row.getLong("balance_nanos"));
                    figures.add(row.getString("organization_id") + " entries", row.getLong("entry_seq"));
                });
        addSpends(
                figures, "SELECT agent_id AS whose, window_start, spent_nanos, entry_count FROM agent_spend_statement");
        addSpends(figures, """
                SELECT agent_id || ' anonymous' AS whose, window_start, anonymous_nanos AS spent_nanos,
                       anonymous_entry_count AS entry_count
                  FROM agent_spend_statement
                """);
        addSpends(figures, """
                SELECT agent_id || ' ' || external_user_id AS whose, window_start, spent_nanos, entry_count
                  FROM external_user_spend_statement
                """);
        return figures;
    }

    private void addSpends(Figures figures, String sql) {
        jdbc.sql(sql).query(row -> {
            String spend = row.getString("whose") + " " + row.getString("window_start");
            figures.add(spend + " spent", row.getLong("spent_nanos"));
            figures.add(spend + " entries", row.getLong("entry_count"));
        });
    }

    private void addDays(String what, List<String> differences) {
        jdbc.sql("""
                        SELECT concat_ws(' ', coalesce(s.organization_id, e.organization_id), coalesce(s.agent_id, e.agent_id),
                                         coalesce(s.day, e.day)) AS day,
                               concat_ws('/', e.nanos, e.entries) AS expected,
                               concat_ws('/', s.spent_nanos, s.entry_count) AS found
                          FROM agent_daily_spend s
                          FULL JOIN (SELECT organization_id, agent_id, (occurred_at AT TIME ZONE 'UTC')::date AS day,
                                            product_id, -sum(amount_nanos) AS nanos, count(*) AS entries
                                       FROM ledger_entry WHERE entry_kind = 1 GROUP BY 1, 2, 3, 4) e
                            ON e.organization_id = s.organization_id AND e.agent_id = s.agent_id AND e.day = s.day
                           AND e.product_id = s.product_id
                         WHERE (s.spent_nanos, s.entry_count) IS DISTINCT FROM (e.nanos, e.entries)
                        """).query(row -> {
            differences.add("%s, %s: expected %s, found %s"
                    .formatted(what, row.getString("day"), row.getString("expected"), row.getString("found")));
        });
    }

    private void addRestToDailyTotals() {
        JdbcDailyTotals totals = new JdbcDailyTotals(ledger.connections());
        jdbc.sql("SELECT organization_id FROM organization_balance")
                .query(Long.class)
                .list()
                .forEach(totals::addAll);
    }

    private void addDeadLetters(List<String> differences) {
        Map<String, Integer> byReason = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> refused : ledger.topics().refused()) {
            byReason.merge(header(refused, "dead_letter_reason"), 1, Integer::sum);
        }
        byReason.forEach((reason, count) -> differences.add("dead letters: %,d %s".formatted(count, reason)));
    }

    /** The newest change of each organization must be its state, or whoever decides on it decides on the past. */
    private void addChanges(List<String> differences) {
        Map<String, Long> published = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> change : ledger.topics().changes()) {
            String id = header(change, "ce_id");
            int colon = id.lastIndexOf(':');
            published.merge(id.substring(0, colon), Long.valueOf(id.substring(colon + 1)), Math::max);
        }
        jdbc.sql("SELECT organization_id, entry_seq FROM organization_statement WHERE entry_seq > 0")
                .query(row -> {
                    long told = published.getOrDefault(row.getString("organization_id"), 0L);
                    if (told != row.getLong("entry_seq")) {
                        differences.add("%s: the newest change published is %,d, its newest entry %,d"
                                .formatted(row.getString("organization_id"), told, row.getLong("entry_seq")));
                    }
                });
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
