package dev.aicredits.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class WatchTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void aLookThatFailsIsRepeated() {
        AtomicInteger looks = new AtomicInteger();
        try (Watch watch = Watch.steady("of-tests", Duration.ofMillis(1), () -> {
            if (looks.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
        })) {
            await().atMost(PATIENCE).until(() -> looks.get() > 3);
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void failuresInARowAreSaidOnceAMinute(CapturedOutput output) {
        AtomicInteger looks = new AtomicInteger();
        try (Watch watch = Watch.steady("of-tests", Duration.ofMillis(1), () -> {
            looks.incrementAndGet();
            throw new IllegalStateException("never");
        })) {
            await().atMost(PATIENCE).until(() -> looks.get() > 20);
            assertThat(watch.goesOn()).isTrue();
        }
        assertThat(output.toString()).containsOnlyOnce("a look in the background failed");
    }

    @Test
    void oneThatAnErrorEndsDoesNotGoOn() {
        try (Watch watch = Watch.steady("of-tests", Duration.ofMillis(1), () -> {
            throw new StackOverflowError();
        })) {
            await().atMost(PATIENCE).until(() -> !watch.goesOn());
        }
    }

    @Test
    void oneThatWasClosedHasNotEndedByItself() {
        Watch watch = Watch.steady("of-tests", Duration.ofMillis(1), () -> {});
        watch.close();
        assertThat(watch.goesOn()).isTrue();
    }

    @Test
    void itLooksAtOnceWhateverTheInterval() {
        AtomicInteger looks = new AtomicInteger();
        try (Watch watch = Watch.steady("of-tests", Duration.ofHours(1), looks::incrementAndGet)) {
            await().atMost(PATIENCE).until(() -> looks.get() == 1);
            assertThat(watch).isNotNull();
        }
    }
}
