package dev.aicredits.enforcer;

import dev.aicredits.enforcer.JdbcOutstanding.Outstanding;
import dev.aicredits.enforcer.JdbcOutstanding.Waiting;
import dev.aicredits.health.PromptReading;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The signals that no topic has yet and the stops that the platform has not answered, read together when they are asked for,
 * once a second at most; {@code NaN} if the database does not tell. Alert when {@code aicredits.enforcement.unpublished.age}
 * is above the time within which a stop has to be told, and {@code aicredits.enforcement.unacknowledged.age} above that within
 * which it has to be obeyed.
 */
final class OutstandingGauges {

    private static final double MS_PER_SECOND = 1e3;

    private final PromptReading<Outstanding> outstanding;

    OutstandingGauges(MeterRegistry registry, JdbcOutstanding outstanding) {
        this.outstanding = new PromptReading<>("outstanding-signals", outstanding::read);
        gauge("unpublished.signals", Outstanding::unpublished, Waiting::signals)
                .description("Signals that were decided and not published yet")
                .register(registry);
        gauge("unpublished.age", Outstanding::unpublished, OutstandingGauges::ageSeconds)
                .description("How long the oldest of them has waited; 0 if none waits")
                .baseUnit("seconds")
                .register(registry);
        gauge("unacknowledged.stops", Outstanding::unacknowledged, Waiting::signals)
                .description("Stops that last, were published and are not acknowledged by the platform")
                .register(registry);
        gauge("unacknowledged.age", Outstanding::unacknowledged, OutstandingGauges::ageSeconds)
                .description("How long ago the oldest of them was published; 0 if there is none")
                .baseUnit("seconds")
                .register(registry);
    }

    private Gauge.Builder<OutstandingGauges> gauge(
            String name, Function<Outstanding, Waiting> which, ToDoubleFunction<Waiting> what) {
        return Gauge.builder("aicredits.enforcement." + name, this, gauges -> {
            Outstanding now = gauges.outstanding.get();
            return now == null ? Double.NaN : what.applyAsDouble(which.apply(now));
        });
    }

    private static double ageSeconds(Waiting waiting) {
        return waiting.age().toMillis() / MS_PER_SECOND;
    }
}
