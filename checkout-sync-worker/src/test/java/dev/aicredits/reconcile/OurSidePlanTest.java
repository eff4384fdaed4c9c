package dev.aicredits.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutSystem;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The report's question to the ledger is answered by indexes, however much usage there is. */
class OurSidePlanTest {

    @Test
    void theEntriesOfAPeriodAreFoundWithoutReadingTheLedger() {
        try (CheckoutSystem system = CheckoutSystem.create()) {
            assertIndexed(system.superuser());
        }
    }

    private static void assertIndexed(JdbcClient jdbc) {
        jdbc.sql("""
                INSERT INTO organization (public_id, name) SELECT 'org_' || n, 'x' FROM generate_series(1, 100) n;
                INSERT INTO ledger_entry (organization_id, entry_seq, amount_nanos, balance_after_nanos, occurred_at,
                                          booked_at, agent_id, dedupe_key, product_id, entry_kind)
                SELECT o, s, -1, -s, now() - s * interval '1 minute', now(), 1, gen_random_uuid(), 1, 1
                  FROM generate_series(1, 100) o, generate_series(1, 1000) s;
                INSERT INTO ledger_entry (organization_id, entry_seq, amount_nanos, balance_after_nanos, occurred_at,
                                          booked_at, dedupe_key, entry_kind, checkout_session_id)
                SELECT o, 1000 + s, 1, 1, now() - s * interval '1 day', now(), gen_random_uuid(), 2, 'cs_' || o || '_' || s
                  FROM generate_series(1, 100) o, generate_series(1, 200) s;
                ANALYZE
                """).update();

        String plan = jdbc
                .sql("EXPLAIN " + JdbcOurSide.ENTRIES)
                .param("from", OffsetDateTime.now(ZoneOffset.UTC).minusDays(2))
                .param("until", OffsetDateTime.now(ZoneOffset.UTC))
                .param("sessions", new String[] {"cs_1_1"})
                .param("refunds", new String[] {"re_1"})
                .param("disputes", new String[] {"dp_1"})
                .query(String.class)
                .list()
                .stream()
                .collect(Collectors.joining("\n"));

        assertThat(plan)
                .contains("ledger_entry_not_usage_by_time", "ledger_entry_of_stripe", "ledger_entry_pkey")
                .doesNotContain("Seq Scan on ledger_entry");
    }
}
