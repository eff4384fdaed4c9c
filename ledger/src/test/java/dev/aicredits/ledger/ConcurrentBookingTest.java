package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.money.Usd;
import dev.aicredits.testkit.Patience;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Workers that get in each other's way: nothing is lost, nothing counts twice, and nobody sees a deadlock. */
class ConcurrentBookingTest {

    private static final TestLedger LEDGER = TestLedger.shared();
    private static final int TOP_UPS = 40;
    private static final int TRIES_MAX = 5;

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void theLedgerIsRight() {
        threads.shutdownNow();
        assertThat(LEDGER.audit()).as("seed %d", seed).isEmpty();
    }

    @Test
    void twoWorkersWithTheSameEventsAndATopUpDebitEachEventOnce() throws Exception {
        List<String> organizations = List.of(LEDGER.organization(), LEDGER.organization(), LEDGER.organization());
        List<UsageSample> events = events(organizations, 600);
        AtomicInteger booked = new AtomicInteger();
        List<Callable<Void>> work = new ArrayList<>();
        for (int worker = 0; worker < 2; worker++) {
            List<UsageSample> order = shuffled(events, seed + worker);
            work.add(() -> book(LEDGER.anotherLedger(), order, 40, booked));
        }
        work.add(() -> {
            for (int i = 0; i < TOP_UPS; i++) {
                assertThat(LEDGER.topUp(organizations.get(i % 3), "5")).isInstanceOf(Booked.class);
            }
            return null;
        });

        runAll(work);

        assertThat(booked).hasValue(600);
        for (int i = 0; i < 3; i++) {
            int topUps = TOP_UPS / 3 + (i < TOP_UPS % 3 ? 1 : 0);
            assertThat(LEDGER.entries(organizations.get(i))).isEqualTo(200 + topUps);
            assertThat(LEDGER.balance(organizations.get(i))).isEqualTo(topUps * 5_000_000_000L - 200 * 21_000L);
        }
    }

    @Test
    void manyWorkersOnOneBusyOrganizationAllGetTheirTurn() throws Exception {
        String organization = LEDGER.organization();
        List<Callable<Void>> work = new ArrayList<>();
        AtomicInteger booked = new AtomicInteger();
        for (int worker = 0; worker < 8; worker++) {
            List<UsageSample> own = events(List.of(organization), 60);
            work.add(() -> book(LEDGER.anotherLedger(), own, 3, booked));
        }

        runAll(work);

        assertThat(booked).hasValue(480);
        assertThat(LEDGER.balance(organization)).isEqualTo(-480 * 21_000L);
    }

    @Test
    void newAgentsAndExternalUsersMayBeRegisteredFromBothSidesAtOnce() throws Exception {
        for (int round = 0; round < 10; round++) {
            List<String> organizations = List.of(LEDGER.organization(), LEDGER.organization());
            List<UsageSample> batch = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String organization = organizations.get(i % 2);
                batch.add(UsageSample.of(organization, "ag_" + organization + i).user("user_" + i));
            }
            List<UsageSample> reversed = shuffled(batch, seed + round);
            AtomicInteger booked = new AtomicInteger();

            runAll(List.of(
                    () -> book(LEDGER.anotherLedger(), batch, 100, booked),
                    () -> book(LEDGER.anotherLedger(), reversed, 100, booked)));

            assertThat(booked).hasValue(100);
            for (String organization : organizations) {
                assertThat(LEDGER.number(
                                "SELECT count(*) FROM agent a JOIN organization o USING (organization_id)"
                                        + " WHERE o.public_id = ?",
                                organization))
                        .isEqualTo(50);
            }
        }
    }

    @Test
    void oneLedgerServesManyThreads() throws Exception {
        List<String> organizations = List.of(LEDGER.organization(), LEDGER.organization());
        List<UsageSample> events = events(organizations, 400);
        JdbcLedger ledger = LEDGER.anotherLedger();
        AtomicInteger booked = new AtomicInteger();

        runAll(List.of(
                () -> book(ledger, events, 20, booked),
                () -> book(ledger, shuffled(events, seed), 30, booked),
                () -> book(ledger, shuffled(events, seed + 1), 50, booked)));

        assertThat(booked).hasValue(400);
    }

    @Test
    void theSameTopUpFromManySidesIsCreditedOnce() throws Exception {
        String organization = LEDGER.organization();
        NewEntry topUp = NewEntry.topUp(organization, Usd.of("5"), UUID.randomUUID(), UsageSample.NOW, "cs_1");
        AtomicInteger booked = new AtomicInteger();
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            work.add(() -> {
                if (LEDGER.anotherLedger().book(topUp) instanceof Booked) {
                    booked.incrementAndGet();
                }
                return null;
            });
        }

        runAll(work);

        assertThat(booked).hasValue(1);
        assertThat(LEDGER.balance(organization)).isEqualTo(5_000_000_000L);
    }

    @Test
    void aBookingThatADeadlockEndedIsDoneAgain() throws Exception {
        String organization = LEDGER.organization();
        UsageSample before = UsageSample.of(organization, "ag_" + organization);
        LEDGER.book(before);

        int bookings = 0;
        boolean wasEnded = false;
        while (!wasEnded) {
            assertThat(bookings).as("bookings that were let through").isLessThan(TRIES_MAX);
            wasEnded = endByDeadlock(organization, before.key(UUID.randomUUID()));
            bookings++;
        }

        assertThat(LEDGER.balance(organization)).isEqualTo(-(1 + bookings) * 21_000L);
    }

    /**
     * Another holds what the booking takes last, and wants what it took first. Whether the booking was ended for that: each side
     * looks for a deadlock once, so long after it began to wait, and on a stalled machine that may be too early.
     */
    private boolean endByDeadlock(String organization, UsageSample event) throws Exception {
        try (Connection other = LEDGER.database.superuser().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SET deadlock_timeout = '5s'");
            statement.execute(ofOrganization("SELECT 1 FROM agent_spend %s FOR UPDATE", organization));
            Future<UsageBooking> booking = threads.submit(() -> LEDGER.book(event));
            Patience.awaitTrue(
                    "the booking waits for the spend",
                    () -> LEDGER.superuser
                                    .sql("SELECT count(*) FROM pg_locks WHERE NOT granted")
                                    .query(Long.class)
                                    .single()
                            > 0);
            boolean wasEnded = true;
            try {
                // It is let through when the booking is rolled back, and the spend is still locked then.
                statement.executeUpdate(
                        ofOrganization("UPDATE organization_balance SET updated_at = updated_at %s", organization));
                assertThat(booking).isNotDone();
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("40P01");
                wasEnded = false;
            }
            other.rollback();
            assertThat(booking.get().outcomes()).singleElement().isInstanceOf(Booked.class);
            return wasEnded;
        }
    }

    private static String ofOrganization(String sql, String organization) {
        String key = "(SELECT organization_id FROM organization WHERE public_id = '" + organization + "')";
        return sql.formatted("WHERE organization_id = " + key);
    }

    private static Void book(JdbcLedger ledger, List<UsageSample> events, int batchSize, AtomicInteger booked) {
        for (int from = 0; from < events.size(); from += batchSize) {
            List<UsageSample> batch = events.subList(from, Math.min(from + batchSize, events.size()));
            for (BookingOutcome outcome : ledger.book(LEDGER.rated(batch)).outcomes()) {
                assertThat(outcome).isInstanceOfAny(Booked.class, Duplicate.class);
                booked.addAndGet(outcome instanceof Booked ? 1 : 0);
            }
        }
        return null;
    }

    private void runAll(List<Callable<Void>> work) throws Exception {
        for (Future<Void> done : threads.invokeAll(work)) {
            done.get();
        }
    }

    private static List<UsageSample> events(List<String> organizations, int count) {
        List<UsageSample> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String organization = organizations.get(i % organizations.size());
            events.add(
                    UsageSample.of(organization, "ag_" + organization + i % 4).user("user_" + i % 7));
        }
        return events;
    }

    private static List<UsageSample> shuffled(List<UsageSample> events, long seed) {
        List<UsageSample> shuffled = new ArrayList<>(events);
        Collections.shuffle(shuffled, new Random(seed));
        return shuffled;
    }
}
