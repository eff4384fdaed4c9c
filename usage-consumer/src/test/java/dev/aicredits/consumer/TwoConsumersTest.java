package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import dev.aicredits.testkit.Patience;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TwoConsumersTest {

    private static final int EVENTS = 20_000;
    private static final int TOP_UPS_EACH = 50;
    private static final String FIVE_DOLLARS = "5";
    private static final List<String> ORGANIZATIONS = List.of("org_a", "org_b", "org_c");

    @Test
    void twoConsumersAndTopUpsOnTheSameOrganizationsLeaveEveryLedgerGaplessAndRight() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(ORGANIZATIONS.size());
        try (UsageSystem system = UsageSystem.create(6)) {
            system.open(ORGANIZATIONS.toArray(String[]::new));
            RunningConsumer first = system.start("aicredits.usage-consumer.poll-records-max=250");
            RunningConsumer second = system.start("aicredits.usage-consumer.poll-records-max=250");
            Patience.awaitTrue(
                    "four threads have joined", () -> system.members().size() == 4);

            JdbcLedger ledger = new JdbcLedger(system.app(), Clock.systemUTC());
            List<Future<?>> topUps = new ArrayList<>();
            for (String organization : ORGANIZATIONS) {
                topUps.add(threads.submit(() -> topUpWhileItSpends(system, ledger, organization)));
            }
            Map<String, BigDecimal> balances = produce(system);
            for (String organization : ORGANIZATIONS) {
                balances.merge(
                        organization,
                        new BigDecimal(FIVE_DOLLARS).multiply(BigDecimal.valueOf(TOP_UPS_EACH)),
                        BigDecimal::add);
            }
            for (Future<?> topUp : topUps) {
                topUp.get();
            }
            system.awaitDrained();

            balances.forEach((organization, balance) ->
                    assertThat(system.balance(organization)).isEqualByComparingTo(balance));
            assertThat(system.entries()).isEqualTo(EVENTS + (long) TOP_UPS_EACH * ORGANIZATIONS.size());
            assertThat(system.superuser().sql("""
                                    SELECT count(*) FROM ledger_entry t
                                     WHERE entry_kind <> 1
                                       AND EXISTS (SELECT FROM ledger_entry u WHERE u.organization_id = t.organization_id
                                                      AND u.entry_kind = 1 AND u.entry_seq < t.entry_seq)
                                       AND EXISTS (SELECT FROM ledger_entry u WHERE u.organization_id = t.organization_id
                                                      AND u.entry_kind = 1 AND u.entry_seq > t.entry_seq)
                                    """).query(Long.class).single())
                    .as("top-ups in the midst of usage")
                    .isGreaterThan(TOP_UPS_EACH);
            assertThat(system.audit().run()).isEmpty();
            for (RunningConsumer consumer : List.of(first, second)) {
                assertThat(consumer.count("aicredits.usage.failures")).isZero();
                assertThat(consumer.count("aicredits.usage.events", "outcome", "booked"))
                        .as("both have work")
                        .isPositive();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** What the usage that it sends leaves of each balance. */
    private static Map<String, BigDecimal> produce(UsageSystem system) {
        Map<String, BigDecimal> balances = new HashMap<>();
        try (UsageProducer producer = system.producer()) {
            for (int i = 0; i < EVENTS; i++) {
                String organization = ORGANIZATIONS.get(i % ORGANIZATIONS.size());
                // Without a key the organizations are in every partition, and the two clash on all of them.
                TestUsage usage = TestUsage.of(organization, "ag_" + organization);
                producer.send(i % 6, null, usage);
                balances.merge(organization, usage.cost().negate(), BigDecimal::add);
            }
            producer.flush();
        }
        return balances;
    }

    /** One at once, and one after each fiftieth of the organization's usage: they meet bookings on the same balance. */
    private static void topUpWhileItSpends(UsageSystem system, JdbcLedger ledger, String organization) {
        int usageBetween = EVENTS / ORGANIZATIONS.size() / (TOP_UPS_EACH + 1);
        for (int i = 0; i < TOP_UPS_EACH; i++) {
            long entries = (long) i * (usageBetween + 1);
            Patience.awaitTrue(
                    organization + " has " + entries + " entries", () -> system.entries(organization) >= entries);
            NewEntry topUp = NewEntry.topUp(
                    organization, Usd.of(FIVE_DOLLARS), UUID.randomUUID(), Instant.now(), "cs_test_" + i);
            assertThat(ledger.book(topUp)).isInstanceOf(Booked.class);
        }
    }
}
