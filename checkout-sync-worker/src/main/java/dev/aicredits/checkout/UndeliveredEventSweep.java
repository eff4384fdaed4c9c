package dev.aicredits.checkout;

import dev.aicredits.stripe.CallBudget;
import dev.aicredits.stripe.StripeFailure;
import dev.aicredits.stripe.StripeFailure.Kind;
import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripePage;
import dev.aicredits.stripe.StripePeriod;
import dev.aicredits.stripe.UndeliveredEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the events that Stripe could not deliver and puts them into the topic, as the webhook would have. Those that
 * were acted on before are left out. One that can't be read goes into the topic as well, once: there it becomes a dead letter.
 */
class UndeliveredEventSweep {

    private static final Logger log = LoggerFactory.getLogger(UndeliveredEventSweep.class);

    private final StripeGateway stripe;
    private final EventLog eventLog;
    private final JdbcStripeEvents events;
    private final CheckoutMetrics metrics;
    private final Clock clock;
    private final Duration ageMin;
    private final Duration ageMax;
    private final int pageSize;
    private final int calls;

    UndeliveredEventSweep(
            StripeGateway stripe,
            EventLog eventLog,
            JdbcStripeEvents events,
            CheckoutMetrics metrics,
            CheckoutSettings settings,
            Clock clock) {
        this.stripe = stripe;
        this.eventLog = eventLog;
        this.events = events;
        this.metrics = metrics;
        this.clock = clock;
        this.ageMin = settings.undeliveredAgeMin();
        this.ageMax = settings.undeliveredAgeMax();
        this.pageSize = settings.undeliveredPageSize();
        this.calls = settings.undeliveredCalls();
    }

    /**
     * Looks at pages until there are no more, or the budget of calls is spent.
     *
     * @param after where the last run left off; null to begin with the newest
     * @return where the next run goes on; null if this one came to the end
     */
    @Nullable String run(@Nullable String after) {
        events.forgetOld();
        CallBudget budget = new CallBudget(calls);
        return budget.spendOn(() -> pages(budget, after));
    }

    private @Nullable String pages(CallBudget budget, @Nullable String after) {
        Instant now = clock.instant();
        // Whole seconds, and the present one too: Stripe's times have no fractions.
        StripePeriod period =
                new StripePeriod(now.minus(ageMax), now.minus(ageMin).plusSeconds(1));
        String next = after;
        do {
            next = goOn(budget, period, next);
        } while (next != null && !budget.isSpent());
        return next;
    }

    /** Fetches the page after that event, or the newest where Stripe knows the event no more, as it keeps none for ever. */
    private @Nullable String goOn(CallBudget budget, StripePeriod period, @Nullable String after) {
        try {
            return page(period, after);
        } catch (StripeFailure failure) {
            if (after == null || failure.kind() != Kind.NOT_FOUND) {
                throw failure;
            }
            log.atWarn()
                    .addKeyValue("event", after)
                    .log("Stripe does not know where the sweep of undelivered events left off; it begins anew");
            return budget.isSpent() ? null : page(period, null);
        }
    }

    /** Fetches a page; answers what the next goes on after. */
    private @Nullable String page(StripePeriod period, @Nullable String after) {
        StripePage<UndeliveredEvent> page = stripe.undeliveredEvents(EventTypes.used(), period, pageSize, after);
        fetch(page);
        return page.next();
    }

    private void fetch(StripePage<UndeliveredEvent> page) {
        Set<String> seen =
                events.seen(page.items().stream().map(UndeliveredEvent::id).toList());
        for (UndeliveredEvent item : page.items()) {
            if (seen.contains(item.id())) {
                continue;
            }
            byte[] json = item.json().getBytes(StandardCharsets.UTF_8);
            if (item.event() == null) {
                eventLog.appendUnreadable(item.id(), json);
                // The consumer can't tell which event it was.
                events.recordUnreadable(item.id());
            } else {
                eventLog.append(item.event(), json);
            }
            metrics.fetched();
        }
    }
}
