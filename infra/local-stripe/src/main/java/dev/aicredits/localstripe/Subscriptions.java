package dev.aicredits.localstripe;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Subscriptions: how one begins with a session's payment, and what becomes of it. What can't be done is a {@link RefusedException}. */
public final class Subscriptions {
    private static final String ACTIVE = "active";
    private static final String PAST_DUE = "past_due";

    private final StripeState state;
    private final Invoices invoices;

    Subscriptions(StripeState state, Invoices invoices) {
        this.state = state;
        this.invoices = invoices;
    }

    /** Keeps what a session will begin, until somebody pays. */
    static void draft(NewSession asked, ObjectNode session, ObjectNode price, Change change) {
        ObjectNode subscription = change.create(StripeKind.SUBSCRIPTION_DRAFT);
        subscription.put("currency", asked.currency());
        asked.subscriptionMetadata().forEach(subscription.putObject("metadata")::put);
        ObjectNode item = change.create(StripeKind.SUBSCRIPTION_ITEM);
        item.put("subscription", Json.id(subscription))
                .put("quantity", asked.items().get(0).quantity());
        item.set("price", price);
        item.set("plan", plan(price));
        subscription.set("items", Json.list("/v1/subscription_items", List.of(item), false));
        change.insertOwned(StripeKind.SUBSCRIPTION_DRAFT, subscription, Json.id(session));
    }

    /** A price as it was called before there were prices; Stripe still sends it. */
    private static ObjectNode plan(ObjectNode price) {
        ObjectNode plan = Json.object()
                .put("id", Json.id(price))
                .put("object", "plan")
                .put("active", true)
                .put("amount", Json.number(price, "unit_amount"))
                .put("amount_decimal", Json.text(price, "unit_amount_decimal"))
                .put("billing_scheme", "per_unit")
                .put("created", Json.number(price, "created"))
                .put("currency", Json.text(price, "currency"))
                .put("interval", price.at("/recurring/interval").asString())
                .put("interval_count", price.at("/recurring/interval_count").asLong())
                .put("livemode", false)
                .putNull("meter")
                .putNull("nickname")
                .put("product", Json.text(price, "product"))
                .putNull("tiers_mode")
                .putNull("transform_usage")
                .putNull("trial_period_days")
                .put("usage_type", "licensed");
        plan.putObject("metadata");
        return plan;
    }

    /** The session's subscription begins, its first period paid. */
    ObjectNode begin(ObjectNode session, Change change) {
        ObjectNode subscription =
                change.owned(StripeKind.SUBSCRIPTION_DRAFT, Json.id(session)).get(0);
        change.delete(subscription);
        subscription
                .put("created", change.now())
                .put("start_date", change.now())
                .put("billing_cycle_anchor", change.now())
                .put("customer", "cus_" + Ids.letters(14))
                .put("status", ACTIVE);
        setPeriod(subscription, change.now());
        ObjectNode invoice = invoices.ofSubscription(subscription, "subscription_create", change);
        subscription.put("latest_invoice", Json.id(invoice));
        change.insert(subscription);
        change.event("customer.subscription.created", subscription);
        invoices.charge(invoice, change);
        session.put("customer", Json.text(subscription, "customer"))
                .put("subscription", Json.id(subscription))
                .put("invoice", Json.id(invoice));
        return subscription;
    }

    private static void setPeriod(ObjectNode subscription, long start) {
        ObjectNode item = (ObjectNode) subscription.at("/items/data/0");
        long months = item.at("/price/recurring/interval_count").asLong();
        boolean years = item.at("/price/recurring/interval").asString().equals("year");
        long end = Instant.ofEpochSecond(start)
                .atOffset(ZoneOffset.UTC)
                .plusMonths(years ? 12 * months : months)
                .toEpochSecond();
        item.put("current_period_start", start).put("current_period_end", end);
    }

    /** The next period begins and is paid; or a past-due one's is paid at last. */
    public void renew(String subscriptionId) {
        change(subscriptionId, (subscription, change) -> {
            boolean owed = Json.requiredText(subscription, "status").equals(PAST_DUE);
            ObjectNode invoice = owed ? last(subscription, change) : next(subscription, change);
            subscription.put("status", ACTIVE).put("latest_invoice", Json.id(invoice));
            update(subscription, change);
            invoices.charge(invoice, change);
        });
    }

    /** The next period begins and can't be paid. */
    public void failRenewal(String subscriptionId) {
        change(subscriptionId, (subscription, change) -> {
            ObjectNode invoice = next(subscription, change);
            subscription.put("status", PAST_DUE).put("latest_invoice", Json.id(invoice));
            update(subscription, change);
            invoices.chargeInVain(invoice, change);
        });
    }

    /** It ends now. */
    public void cancel(String subscriptionId) {
        change(subscriptionId, Subscriptions::end);
    }

    /** The same, asked for by the API: what has ended is not there any more to be canceled, though it can be read. */
    static ObjectNode cancel(String subscriptionId, Change change) {
        ObjectNode subscription = change.named(StripeKind.SUBSCRIPTION, subscriptionId);
        if (!goesOn(subscription)) {
            throw StripeError.notFound(StripeKind.SUBSCRIPTION.type(), subscriptionId);
        }
        end(subscription, change);
        return subscription;
    }

    private static void end(ObjectNode subscription, Change change) {
        subscription.put("status", "canceled").put("canceled_at", change.now()).put("ended_at", change.now());
        subscription.withObject("/cancellation_details").put("reason", "cancellation_requested");
        change.update(subscription);
        change.event("customer.subscription.deleted", subscription);
    }

    private static boolean goesOn(ObjectNode subscription) {
        String status = Json.requiredText(subscription, "status");
        return status.equals(ACTIVE) || status.equals(PAST_DUE);
    }

    private ObjectNode next(ObjectNode subscription, Change change) {
        setPeriod(
                subscription,
                subscription.at("/items/data/0/current_period_end").asLong());
        return invoices.ofSubscription(subscription, "subscription_cycle", change);
    }

    private static ObjectNode last(ObjectNode subscription, Change change) {
        return change.get(StripeKind.INVOICE, Json.requiredText(subscription, "latest_invoice"));
    }

    private static void update(ObjectNode subscription, Change change) {
        change.update(subscription);
        change.event(
                "customer.subscription.updated", subscription, Json.object().put("status", ACTIVE));
    }

    private void change(String subscriptionId, Step step) {
        RefusedException.unless(() -> state.change(change -> {
            ObjectNode subscription = change.named(StripeKind.SUBSCRIPTION, subscriptionId);
            if (!goesOn(subscription)) {
                throw StripeError.invalidState(
                        null, "The subscription is " + Json.requiredText(subscription, "status"));
            }
            step.run(subscription, change);
            return subscription;
        }));
    }

    private interface Step {
        void run(ObjectNode subscription, Change change);
    }
}
