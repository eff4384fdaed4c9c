package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20, 99_999, 100_000})
    void unevenWakeUpsAddUpToTheExactRate(int perSecond) {
        SplittableRandom random = new SplittableRandom(perSecond);
        Pace pace = new Pace(perSecond, 0);
        long sent = 0;
        long now = 0;
        while (now < 600 * SECOND) {
            now = Math.min(600 * SECOND, now + random.nextLong(SECOND / 2));
            sent += pace.due(now);
        }
        assertThat(sent).isEqualTo(600L * perSecond);
    }

    @Test
    void waitsUntilTheNextIsDueAndNoLonger() {
        Pace pace = new Pace(20, 0);
        assertThat(pace.untilNext(0)).isEqualTo(Duration.ofMillis(50));
        assertThat(pace.due(SECOND / 20)).isEqualTo(1);
        assertThat(pace.untilNext(SECOND / 20)).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void longPauseIsNotMadeUpFor() {
        Pace pace = new Pace(20, 0);
        assertThat(pace.due(3_600 * SECOND)).isZero();
        assertThat(pace.due(3_601 * SECOND)).isEqualTo(20);
    }
}
