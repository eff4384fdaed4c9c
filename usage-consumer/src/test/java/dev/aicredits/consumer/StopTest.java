package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.testkit.Patience;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

class StopTest {

    private static final int EVENTS = 40_000;

    @Test
    void aStopWhileBusyIsQuickAndCommitsWhatIsBookedAndLosesNothing() {
        try (UsageSystem system = UsageSystem.create()) {
            system.open("org_a", "org_b");
            RunningConsumer busy = system.start("aicredits.usage-consumer.poll-records-max=200");
            // A commit while the second thread joins is refused, and only covered by a later one.
            Patience.awaitTrue("both threads have partitions", () -> everyThreadHasPartitions(busy));
            try (UsageProducer producer = system.producer()) {
                for (int i = 0; i < EVENTS; i++) {
                    producer.send(TestUsage.of(i % 2 == 0 ? "org_a" : "org_b", "ag_" + i % 2));
                }
                producer.flush();
            }
            Patience.awaitTrue("it is busy", () -> system.entries() > 1_000);

            long start = System.nanoTime();
            busy.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            long booked = system.entries();
            assertThat(booked).as("it was stopped while busy").isLessThan(EVENTS);
            assertThat(system.committed()).isEqualTo(booked);

            RunningConsumer next = system.start();
            assertThat(next.bean(ConsumerFactory.class).isAutoCommit())
                    .as("only what is booked is committed")
                    .isFalse();
            system.awaitDrained();

            assertThat(system.entries()).isEqualTo(EVENTS);
            assertThat(next.count("aicredits.usage.events", "outcome", "duplicate"))
                    .isZero();
            assertThat(system.audit().run()).isEmpty();
        }
    }

    private static boolean everyThreadHasPartitions(RunningConsumer consumer) {
        ConcurrentMessageListenerContainer<?, ?> container = consumer.bean(ConcurrentMessageListenerContainer.class);
        return container.getAssignmentsByClientId().values().stream()
                        .filter(partitions -> !partitions.isEmpty())
                        .count()
                == 2;
    }
}
