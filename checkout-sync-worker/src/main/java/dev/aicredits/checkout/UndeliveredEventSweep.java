package dev.aicredits.checkout;

import dev.aicredits.stripe.CallBudget;
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

/**
 * Fetches the events that Stripe could not deliver and puts them into the topic, as the webhook would have. Those that
 * were acted on before are left out.
 */
class UndeliveredEventSweep {

    private final StripeGateway stripe;
    private final EventLog log;
    private final JdbcStripeEvents events;
    private final CheckoutMetrics metrics;
    private final Clock clock;
    private final Duration ageMin;
    private final Duration ageMax;
    private final int pageSize;
    private final int calls;

    UndeliveredEventSweep(
            StripeGateway stripe,
            EventLog log,
            JdbcStripeEvents events,
            CheckoutMetrics metrics,
            CheckoutSettings settings,
            Clock clock) {
        this.stripe = stripe;
        this.log = log;
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
            StripePage<UndeliveredEvent> page = stripe.undeliveredEvents(EventTypes.used(), period, pageSize, next);
            fetch(page);
            next = page.next();
        } while (next != null && !budget.isSpent());
        return next;
    }

    private void fetch(StripePage<UndeliveredEvent> page) {
        Set<String> seen =
                events.seen(page.items().stream().map(item -> item.event().id()).toList());
        for (UndeliveredEvent item : page.items()) {
            if (item.event().objectId() != null && !seen.contains(item.event().id())) {
                log.append(item.event(), item.json().getBytes(StandardCharsets.UTF_8));
                metrics.fetched();
            }
        }
    }
}
