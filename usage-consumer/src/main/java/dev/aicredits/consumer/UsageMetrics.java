package dev.aicredits.consumer;

import dev.aicredits.wire.DeadLetterReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * What the consumer counts. Once a batch is acknowledged, and over the life of a process:
 *
 * <pre>aicredits.usage.consumed = sum of aicredits.usage.events over outcome (booked, duplicate, dead_lettered)</pre>
 *
 * <p>Dead letters carry their {@code reason}. A batch that is repeated counts when it succeeds, and once; after a lost
 * connection some of what it then finds as {@code duplicate} may be its own first try. Alert when {@code
 * aicredits.usage.failures} keeps rising, and on any {@code reason="conflict"}.
 */
final class UsageMetrics {

    private static final String EVENTS = "aicredits.usage.events";
    private static final double NANOS_PER_USD = 1e9;

    private final Clock clock;
    private final Counter consumed;
    private final Counter booked;
    private final Counter duplicates;
    private final Map<DeadLetterReason, Counter> deadLettered = new EnumMap<>(DeadLetterReason.class);
    private final Counter failures;
    private final LongAdder debitedNanos = new LongAdder();
    private final Timer booking;
    private final Timer delay;

    UsageMetrics(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        consumed = Counter.builder("aicredits.usage.consumed")
                .description("Records taken from the usage topic, once their batch is done")
                .register(registry);
        booked = events(registry, "booked", "none");
        duplicates = events(registry, "duplicate", "none");
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            deadLettered.put(reason, events(registry, "dead_lettered", reason.wireName()));
        }
        failures = Counter.builder("aicredits.usage.failures")
                .description("Tries of a batch that failed and will be repeated, or stopped the container")
                .register(registry);
        FunctionCounter.builder("aicredits.usage.debited", debitedNanos, nanos -> nanos.sum() / NANOS_PER_USD)
                .description("What was debited, for display; the ledger has the exact sum")
                .baseUnit("usd")
                .register(registry);
        booking = Timer.builder("aicredits.usage.booking")
                .description("Rating and booking a batch")
                .publishPercentileHistogram()
                .register(registry);
        delay = Timer.builder("aicredits.usage.delay")
                .description("From when a batch's oldest record was produced to when it was done")
                .publishPercentileHistogram()
                .register(registry);
    }

    private static Counter events(MeterRegistry registry, String outcome, String reason) {
        return Counter.builder(EVENTS)
                .description("Records by what became of them")
                .tag("outcome", outcome)
                .tag("reason", reason)
                .register(registry);
    }

    UsageIntake.Result timed(Supplier<UsageIntake.Result> intake) {
        return Objects.requireNonNull(booking.record(intake));
    }

    /**
     * Counts a batch that is done.
     *
     * @param producedAtMs when the oldest of its records was produced, in milliseconds since 1970
     */
    void count(UsageIntake.Result result, long producedAtMs) {
        consumed.increment(result.records());
        booked.increment(result.booked());
        duplicates.increment(result.duplicates());
        result.deadLetters().forEach(deadLetter -> reason(deadLetter.reason()).increment());
        debitedNanos.add(result.debitedNanos());
        delay.record(Duration.ofMillis(Math.max(0, clock.millis() - producedAtMs)));
    }

    private Counter reason(DeadLetterReason reason) {
        return Objects.requireNonNull(deadLettered.get(reason));
    }

    void failed() {
        failures.increment();
    }
}
