package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.control.ControlSignal;
import dev.aicredits.control.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random histories against {@link EnforcementModel}: once all is quiet, the signals on the topic come to the same. */
class RandomHistoryTest {

    private static final int STEPS = 250;
    private static final Instant LEAP_DAY = Instant.parse("2028-02-29T20:00:00Z");
    private static final Instant MARCH = Instant.parse("2028-03-01T00:00:00.5Z");

    @ParameterizedTest(name = "seed {0} (0: random), {1} enforcers, hints {2}")
    @CsvSource({"1, 1, sent", "0, 2, sent", "0, 1, dropped", "-8861727657753109006, 1, dropped"})
    void theSignalsOnTheTopicComeToWhatTheModelSays(long fixedSeed, int enforcers, String hints) {
        long seed = fixedSeed == 0 ? ThreadLocalRandom.current().nextLong() : fixedSeed;
        try (EnforcerSystem system = EnforcerSystem.create(LEAP_DAY)) {
            if (hints.equals("dropped")) {
                system.dropHints();
            }
            RandomHistory history = new RandomHistory(system, seed);
            history.open();
            for (int i = 0; i < enforcers; i++) {
                system.start();
            }
            run(history, STEPS);
            agree("seed %d, before the month turned".formatted(seed), system, history);

            run(history, STEPS / 5);
            system.clock.set(MARCH);
            run(history, STEPS / 5);
            agree("seed %d, after it".formatted(seed), system, history);
            inOrder("seed " + seed, system.signals());
            assertThat(system.superuser()
                            .sql("SELECT count(*) FROM enforcement WHERE published_version < version")
                            .query(Long.class)
                            .single())
                    .isZero();
        }
    }

    private static void run(RandomHistory history, int steps) {
        for (int i = 0; i < steps; i++) {
            history.step();
        }
    }

    static void agree(String when, EnforcerSystem system, RandomHistory history) {
        var expected = history.model.stopped(history.month());
        try {
            system.awaitStopped(expected);
        } catch (ConditionTimeoutException e) {
            assertThat(system.stopped()).as(when).isEqualTo(expected);
            throw e;
        }
    }

    /** Each target's versions come without a gap, a stop first; only what was sent already may come again. */
    static void inOrder(String when, List<ControlSignal> signals) {
        Map<Target, List<Long>> versions = new HashMap<>();
        signals.forEach(signal -> versions.computeIfAbsent(signal.target(), none -> new ArrayList<>())
                .add(signal.version()));
        versions.forEach((target, all) -> {
            long highest = 0;
            for (long version : all) {
                assertThat(version).as("%s: %s of %s", when, target, all).isBetween(Math.max(1, highest), highest + 1);
                highest = version;
            }
        });
    }
}
