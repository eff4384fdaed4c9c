package dev.aicredits.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.testkit.Patience;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PromptReadingTest {

    private final AtomicInteger reads = new AtomicInteger();

    @Test
    void whatWasReadIsKeptForAWhile() {
        PromptReading<Integer> reading = new PromptReading<>("test", reads::incrementAndGet);

        assertThat(reading.get()).isEqualTo(1);
        assertThat(reading.get()).isEqualTo(1);
    }

    @Test
    void whatFailsIsNotKnown() {
        PromptReading<Integer> reading = new PromptReading<>("test", () -> {
            throw new IllegalStateException("away");
        });

        assertThat(reading.get()).isNull();
    }

    @Test
    @Timeout(20)
    void ofAllWhoAskOneWaitsAndNoMoreThanOneReads() {
        CountDownLatch answer = new CountDownLatch(1);
        PromptReading<Integer> reading = new PromptReading<>("test", () -> {
            reads.incrementAndGet();
            try {
                answer.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return 7;
        });

        long startNanos = System.nanoTime();
        for (int asked = 0; asked < 20; asked++) {
            assertThat(reading.get()).isNull();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(5));
        assertThat(reads).hasValue(1);

        answer.countDown();
        Patience.awaitTrue("it answers again", () -> Integer.valueOf(7).equals(reading.get()));
    }
}
