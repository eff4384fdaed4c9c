package dev.aicredits.checkout;

import dev.aicredits.health.PromptReading;
import dev.aicredits.ledger.NewEntry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the worker counts, over the life of a process:
 *
 * <pre>webhooks answered      = sum of aicredits.checkout.webhooks over outcome
 * events taken from topic = sum of aicredits.checkout.events over outcome
 * dead letters            = aicredits.checkout.events{outcome=dead_lettered}, by reason</pre>
 *
 * <p>Alert on any {@code aicredits.checkout.held}, on {@code aicredits.checkout.uncredited.age} above an hour, and when
 * {@code aicredits.checkout.event.failures} keeps rising. Money decisions are logged here too, once each.
 */
class CheckoutMetrics {

    /** What a webhook was answered with. */
    enum Webhook {
        STORED,
        UNUSED,
        SIGNATURE_INVALID,
        MALFORMED,
        TOO_LARGE,
        NOT_STORED
    }

    /** What is run now and then. */
    enum Sweep {
        OPEN_SESSIONS,
        PLAN_ORDERS,
        UNDELIVERED_EVENTS
    }

    private static final Logger log = LoggerFactory.getLogger(CheckoutMetrics.class);
    private static final String DONE = "done";
    private static final double NANOS_PER_USD = 1e9;
    private static final double MS_PER_SECOND = 1e3;

    private final MeterRegistry registry;
    private final Clock clock;
    private final LongAdder creditedNanos = new LongAdder();
    private final PromptReading<Optional<Instant>> oldestUncredited;
    private final Counter failures;
    private final Counter fetched;
    private final Timer delay;

    CheckoutMetrics(MeterRegistry registry, JdbcOrders orders, JdbcPlanOrders planOrders, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        this.oldestUncredited = new PromptReading<>(
                "uncredited-orders", () -> Stream.of(orders.oldestUncredited(), planOrders.oldestInReview())
                        .flatMap(Optional::stream)
                        .min(Comparator.naturalOrder()));
        for (Webhook outcome : Webhook.values()) {
            webhooks(outcome);
        }
        for (ReviewReason reason : ReviewReason.values()) {
            held(reason.wireName());
        }
        for (PlanVerdict.Reason reason : PlanVerdict.Reason.values()) {
            held(reason.wireName());
        }
        // From the start: what first appears as 1 has not risen for who computes a rate.
        events("repeated", "none", 0);
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            events("dead_lettered", reason.wireName(), 0);
        }
        // What has never been done has no series to stand still.
        for (Sweep sweep : Sweep.values()) {
            sweeps(sweep, DONE);
        }
        failures = Counter.builder("aicredits.checkout.event.failures")
                .description("Tries of an event that failed and will be repeated, or stopped the consumer")
                .register(registry);
        fetched = Counter.builder("aicredits.checkout.events.fetched")
                .description("Undelivered events that were fetched from Stripe")
                .register(registry);
        FunctionCounter.builder("aicredits.checkout.credited", creditedNanos, nanos -> nanos.sum() / NANOS_PER_USD)
                .description("What was credited, for display; the ledger has the exact sum")
                .baseUnit("usd")
                .register(registry);
        delay = Timer.builder("aicredits.checkout.event.delay")
                .description("From when an event was stored to when it was acted on")
                .publishPercentileHistogram()
                .register(registry);
        Gauge.builder("aicredits.checkout.uncredited.age", this::oldestUncreditedSeconds)
                .description(
                        "How long the oldest paid session has waited to be credited, or to put its plan in force; 0 if"
                                + " none waits")
                .baseUnit("seconds")
                .register(registry);
    }

    private @Nullable Number oldestUncreditedSeconds() {
        Optional<Instant> oldest = oldestUncredited.get();
        return oldest == null
                ? null
                : oldest.map(since -> Duration.between(since, clock.instant()).toMillis() / MS_PER_SECOND)
                        .orElse(0.0);
    }

    void webhook(Webhook outcome) {
        webhooks(outcome).increment();
    }

    private Counter webhooks(Webhook outcome) {
        return Counter.builder("aicredits.checkout.webhooks")
                .description("Webhooks by what they were answered with")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    void event(EventOutcome outcome, long storedAtMs) {
        if (outcome instanceof EventOutcome.Dead dead) {
            log.atWarn()
                    .addKeyValue("reason", dead.reason().wireName())
                    .log("an event could not be used and is in the dead-letter topic");
            events("dead_lettered", dead.reason().wireName(), 1);
        } else if (outcome instanceof EventOutcome.Done done) {
            events(done.result(), "none", 1);
        } else {
            events("repeated", "none", 1);
        }
        delay.record(Duration.ofMillis(Math.max(0, clock.millis() - storedAtMs)));
    }

    private void events(String outcome, String reason, int count) {
        Counter.builder("aicredits.checkout.events")
                .description("Events taken from the topic, by what became of them")
                .tag("outcome", outcome)
                .tag("reason", reason)
                .register(registry)
                .increment(count);
    }

    void eventFailed() {
        failures.increment();
    }

    void fetched() {
        fetched.increment();
    }

    /** Called after the commit. */
    void credited(long nanos) {
        creditedNanos.add(nanos);
    }

    /** Called once for an order, in the transaction that holds it. */
    void held(ReviewReason reason, Order order) {
        held(reason.wireName()).increment();
        log.atError()
                .addKeyValue("organization", order.organizationId())
                .addKeyValue("order", order.orderId())
                .addKeyValue("reason", reason.wireName())
                .log("a paid session is held for review");
    }

    /** As {@link #held(ReviewReason, Order)}, of an order of a plan. */
    void held(PlanVerdict.Reason reason, PlanOrder order) {
        held(reason.wireName()).increment();
        log.atError()
                .addKeyValue("organization", order.organizationId())
                .addKeyValue("order", order.orderId())
                .addKeyValue("reason", reason.wireName())
                .log("a plan was paid that can't be put in force; a person has to look");
    }

    private Counter held(String reason) {
        return Counter.builder("aicredits.checkout.held")
                .description("Paid sessions that were held for review instead of credited, or put in force")
                .tag("reason", reason)
                .register(registry);
    }

    /** A session of an order that was credited already is paid too, or is no longer what it was. */
    void paidTwice(ReviewReason reason, Order order) {
        log.atError()
                .addKeyValue("organization", order.organizationId())
                .addKeyValue("order", order.orderId())
                .addKeyValue("reason", reason.wireName())
                .log("a session contradicts the order, which is credited; nothing was changed");
    }

    /** A refund or a dispute in a currency that we do not sell in: for a person to look at. */
    void foreignCurrency(Order order, String stripeId) {
        log.atError()
                .addKeyValue("organization", order.organizationId())
                .addKeyValue("order", order.orderId())
                .addKeyValue("stripe_id", stripeId)
                .log("a refund or dispute has another currency than its payment; nothing was booked");
    }

    /** Called in the transaction that books it. */
    void returned(NewEntry entry) {
        log.atInfo()
                .addKeyValue("organization", entry.organizationId())
                .addKeyValue("kind", entry.kind().wireName())
                .addKeyValue("nanos", entry.amount().nanos())
                .log("a payment moved back");
    }

    /** Runs a sweep; it is timed, and counted by outcome. */
    <T> T sweep(Sweep sweep, Supplier<T> run) {
        Timer.Sample sample = Timer.start(registry);
        String outcome = "failed";
        try {
            T result = run.get();
            outcome = DONE;
            return result;
        } finally {
            sample.stop(sweeps(sweep, outcome));
        }
    }

    private Timer sweeps(Sweep sweep, String outcome) {
        return Timer.builder("aicredits.checkout.sweeps")
                .description("Runs of the sweeps")
                .tag("sweep", sweep.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome)
                .register(registry);
    }
}
