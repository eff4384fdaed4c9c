package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.ledger.UsageBatch;
import dev.aicredits.ledger.UsageBooking;
import dev.aicredits.messaging.GroupHealth;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.testkit.Patience;
import dev.aicredits.usage.UsageEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.dao.TransientDataAccessResourceException;

class UsageConsumerHealthTest {

    private static final int EVENTS = 200;
    private static final String LIVENESS = "/actuator/health/liveness";
    private static final String READINESS = "/actuator/health/readiness";

    @Test
    void aContainerThatIsStoppedIsDownAndLooksDeadToWhoeverRestartsIt() throws Exception {
        try (UsageSystem system = UsageSystem.create()) {
            RunningConsumer consumer = system.start();
            assertThat(consumer.health()).isEqualTo(Status.UP);
            assertThat(consumer.httpStatus(LIVENESS)).isEqualTo(200);
            Patience.awaitTrue("all threads are in the group", () -> consumer.httpStatus(READINESS) == 200);
            assertThat(consumer.bean(GroupHealth.class).health().getDetails())
                    .containsEntry("consumersInGroup", 2L)
                    .containsKey("partitions");

            consumer.container().stop();

            assertThat(consumer.health()).isEqualTo(Status.DOWN);
            assertThat(consumer.httpStatus(LIVENESS)).isEqualTo(503);
            assertThat(consumer.httpStatus(READINESS)).isEqualTo(503);
        }
    }

    @Test
    void whileItEndsItTakesNothingNewAndIsNotDead() throws Exception {
        try (UsageSystem system = UsageSystem.create(1);
                RunningConsumer consumer =
                        RunningConsumer.start(FailingApplication.class, system.settings(), "failing-ledger=slow");
                UsageProducer producer = system.producer()) {
            producer.send(TestUsage.of("org_a", "ag_1")).flush();
            FailingLedger ledger = consumer.bean(FailingLedger.class);
            ledger.entered.await();

            CompletableFuture<Void> ending = CompletableFuture.runAsync(consumer::close);

            Patience.awaitTrue("it is not ready any more", () -> consumer.httpStatus(READINESS) == 503);
            Patience.awaitTrue("its threads stop", () -> !consumer.container().isRunning());
            assertThat(consumer.httpStatus(LIVENESS)).isEqualTo(200);
            assertThat(ending).isNotDone();
            ledger.mayGoOn.countDown();
            assertThat(ending).succeedsWithin(Patience.MAX);
        }
    }

    @Test
    void oneThreadThatIsNotRunningIsDownThoughTheOthersGoOn() {
        try (UsageSystem system = UsageSystem.create()) {
            RunningConsumer consumer = system.start();

            consumer.container().getContainers().get(1).stop();

            assertThat(consumer.container().isRunning()).isTrue();
            assertThat(consumer.health()).isEqualTo(Status.DOWN);
        }
    }

    @Test
    void aFailureThatDoesNotPassStopsTheContainerAndNothingIsSkipped() {
        try (UsageSystem system = UsageSystem.create()) {
            system.open("org_a");
            system.superuser()
                    .sql("REVOKE INSERT ON ledger_entry FROM aicredits_app")
                    .update();
            produce(system);
            RunningConsumer consumer = system.start();

            Patience.awaitTrue("health is down", () -> consumer.health().equals(Status.DOWN));
            Patience.awaitTrue("nobody is in the group", () -> system.members().isEmpty());

            assertThat(consumer.container().isRunning()).isFalse();
            assertThat(consumer.container().isInExpectedState()).isFalse();
            assertThat(system.committed()).isZero();
            assertThat(system.deadLetters()).isEmpty();
            consumer.close();
            assertThat(system.committed()).isZero();

            system.superuser()
                    .sql("GRANT INSERT ON ledger_entry TO aicredits_app")
                    .update();
            system.start();
            system.awaitDrained();
            assertThat(system.entries()).isEqualTo(EVENTS);
        }
    }

    @Test
    void anErrorInAThreadIsDownAndCommitsNothing() {
        try (UsageSystem system = UsageSystem.create(2)) {
            // The thread is gone: a stop waits for it in vain.
            RunningConsumer consumer = RunningConsumer.start(
                    FailingApplication.class,
                    system.settings(),
                    "failing-ledger=error",
                    "aicredits.usage-consumer.shutdown-timeout=1s");
            try (consumer;
                    UsageProducer producer = system.producer()) {
                TestUsage usage = TestUsage.of("org_a", "ag_1");
                producer.send(0, usage.key(), usage).flush();

                Patience.awaitTrue("health is down", () -> consumer.health().equals(Status.DOWN));

                assertThat(system.committed()).isZero();
            }
        }
    }

    @Test
    void aBatchThatFailsForGoodAfterItFailedForNowIsNotSkippedEither() {
        try (UsageSystem system = UsageSystem.create(1)) {
            RunningConsumer consumer =
                    RunningConsumer.start(FailingApplication.class, system.settings(), "failing-ledger=transient");
            try (consumer) {
                produce(system);

                Patience.awaitTrue("health is down", () -> consumer.health().equals(Status.DOWN));

                assertThat(consumer.count("aicredits.usage.failures")).isGreaterThan(FailingLedger.TRANSIENT_FAILURES);
                assertThat(system.committed()).isZero();
            }
            assertThat(system.committed()).isZero();
        }
    }

    private static void produce(UsageSystem system) {
        try (UsageProducer producer = system.producer()) {
            for (int i = 0; i < EVENTS; i++) {
                TestUsage usage = TestUsage.of("org_a", "ag_1");
                producer.send(null, null, usage);
            }
            producer.flush();
        }
    }

    /** The consumer with a ledger that fails. */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(UsageConsumerConfiguration.class)
    static class FailingApplication {

        @Bean
        @Primary
        FailingLedger failingLedger(Environment environment) {
            return new FailingLedger(environment.getRequiredProperty("failing-ledger"));
        }
    }

    private static final class FailingLedger implements Ledger {

        static final int TRANSIENT_FAILURES = 2;

        private final String how;
        private final AtomicInteger calls = new AtomicInteger();
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch mayGoOn = new CountDownLatch(1);

        FailingLedger(String how) {
            this.how = how;
        }

        @Override
        public UsageBatch batch() {
            return new FailingBatch();
        }

        private UsageBooking fail() {
            if (how.equals("slow")) {
                awaitLeave();
            }
            if (how.equals("error")) {
                throw new StackOverflowError();
            }
            if (calls.incrementAndGet() <= TRANSIENT_FAILURES) {
                throw new TransientDataAccessResourceException("for now");
            }
            throw new IllegalStateException("for good");
        }

        private void awaitLeave() {
            entered.countDown();
            try {
                mayGoOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public BookingOutcome book(NewEntry entry) {
            throw new UnsupportedOperationException();
        }

        private final class FailingBatch implements UsageBatch {
            @Override
            public void add(UsageEvent event, Priced price) {
                // What is added does not matter: booking fails.
            }

            @Override
            public UsageBooking book() {
                return fail();
            }
        }
    }
}
