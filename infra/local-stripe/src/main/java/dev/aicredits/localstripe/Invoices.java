package dev.aicredits.localstripe;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/** Invoices that an account's owner sends, and what becomes of them. No balance moves by them here. */
public final class Invoices {
    private static final long DUE_SECONDS = Duration.ofDays(30).toSeconds();
    private static final String DRAFT = "draft";
    private static final String OPEN = "open";
    private static final String UNCOLLECTIBLE = "uncollectible";

    private final StripeState state;
    private final Charges charges;
    private final UnaryOperator<String> pageOf;

    /** @param pageOf the URL of an invoice's page */
    Invoices(StripeState state, Charges charges, UnaryOperator<String> pageOf) {
        this.state = state;
        this.charges = charges;
        this.pageOf = pageOf;
    }

    /** A draft over an amount in the currency's smallest unit, for a new customer. Returns the invoice's id. */
    public String create(long amount, String currency, String description, Map<String, String> metadata) {
        return RefusedException.unless(() -> state.change(change -> {
            ObjectNode invoice = change.create(StripeKind.INVOICE);
            String id = Json.id(invoice);
            invoice.put("currency", currency)
                    .put("customer", "cus_" + Ids.letters(14))
                    .put("period_start", change.now())
                    .put("period_end", change.now())
                    .put("due_date", change.now() + DUE_SECONDS);
            putAmount(invoice, amount);
            metadata.forEach(invoice.putObject("metadata")::put);
            ObjectNode line = line(id, amount, currency, description, change);
            invoice.set("lines", Json.list("/v1/invoices/" + id + "/lines", List.of(line), false));
            change.insert(invoice);
            change.event("invoice.created", invoice);
            return id;
        }));
    }

    private static ObjectNode line(String invoice, long amount, String currency, String description, Change change) {
        ObjectNode line = change.create(StripeKind.INVOICE_LINE);
        line.put("amount", amount)
                .put("subtotal", amount)
                .put("currency", currency)
                .put("description", description)
                .put("invoice", invoice)
                .put("quantity", 1)
                .put("quantity_decimal", "1");
        line.putObject("period").put("start", change.now()).put("end", change.now());
        return line;
    }

    /** The open one of a subscription's present period. */
    ObjectNode ofSubscription(ObjectNode subscription, String reason, Change change) {
        ObjectNode item = (ObjectNode) subscription.at("/items/data/0");
        long amount = Math.multiplyExact(item.at("/price/unit_amount").asLong(), Json.number(item, "quantity"));
        String currency = Json.requiredText(subscription, "currency");
        ObjectNode invoice = change.create(StripeKind.INVOICE);
        String id = Json.id(invoice);
        invoice.put("currency", currency)
                .put("customer", Json.text(subscription, "customer"))
                .put("billing_reason", reason)
                .put("collection_method", "charge_automatically")
                .put("period_start", change.now())
                .put("period_end", change.now());
        putAmount(invoice, amount);
        ObjectNode parent =
                invoice.putObject("parent").put("type", "subscription_details").putNull("quote_details");
        parent.putObject("subscription_details")
                .put("subscription", Json.id(subscription))
                .set("metadata", subscription.required("metadata").deepCopy());
        ObjectNode line = line(id, amount, currency, "Subscription", change);
        line.put("subscription", Json.id(subscription));
        line.putObject("period")
                .put("start", Json.number(item, "current_period_start"))
                .put("end", Json.number(item, "current_period_end"));
        invoice.set("lines", Json.list("/v1/invoices/" + id + "/lines", List.of(line), false));
        change.insert(invoice);
        change.event("invoice.created", invoice);
        transition(invoice, OPEN, "finalized_at", change);
        invoice.put("number", "LOCAL-" + Ids.letters(8))
                .put("effective_at", change.now())
                .put("hosted_invoice_url", pageOf.apply(id));
        say(invoice, change, "invoice.finalized");
        return invoice;
    }

    private static void putAmount(ObjectNode invoice, long amount) {
        for (String total : List.of(
                "amount_due",
                "amount_remaining",
                "subtotal",
                "subtotal_excluding_tax",
                "total",
                "total_excluding_tax")) {
            invoice.put(total, amount);
        }
    }

    /** A draft becomes open, with a number, and is sent. */
    public void send(String invoiceId) {
        move(invoiceId, List.of(DRAFT), (invoice, change) -> {
            transition(invoice, OPEN, "finalized_at", change);
            invoice.put("number", "LOCAL-" + Ids.letters(8))
                    .put("effective_at", change.now())
                    .put("hosted_invoice_url", pageOf.apply(invoiceId));
            say(invoice, change, "invoice.finalized", "invoice.sent");
        });
    }

    /** An open or uncollectible one is paid, and not by a payment here. */
    public void pay(String invoiceId) {
        move(invoiceId, List.of(OPEN, UNCOLLECTIBLE), Invoices::paid);
    }

    /** The customer's card is charged for a subscription's. */
    void charge(ObjectNode invoice, Change change) {
        long amount = Json.number(invoice, "amount_due");
        String currency = Json.requiredText(invoice, "currency");
        ObjectNode payment = change.create(StripeKind.PAYMENT_INTENT);
        payment.put("amount", amount)
                .put("currency", currency)
                .put("customer", Json.text(invoice, "customer"))
                .put("description", "Subscription")
                .put("client_secret", Json.id(payment) + "_secret_" + Ids.letters(24));
        payment.putObject("metadata");
        payment.putArray("payment_method_types").add(PaymentMethod.CARD.type());
        change.insert(payment);
        change.event("payment_intent.created", payment);
        PaymentFlow.succeed(payment, charges.succeeded(payment, PaymentMethod.CARD, change), change);
        ObjectNode paid = change.create(StripeKind.INVOICE_PAYMENT);
        paid.put("amount_paid", amount)
                .put("amount_requested", amount)
                .put("currency", currency)
                .put("invoice", Json.id(invoice));
        paid.putObject("payment").put("type", "payment_intent").put("payment_intent", Json.id(payment));
        paid.withObject("/status_transitions").put("paid_at", change.now());
        change.insert(paid);
        paid(invoice, change);
    }

    /** The id of the payment intent that a subscription's was paid with. */
    public String paymentOf(String invoiceId) {
        return state.read(change ->
                change
                        .page(ListQuery.all(
                                StripeKind.INVOICE_PAYMENT, Json.object().put("invoice", invoiceId)))
                        .stream()
                        .map(paid -> paid.at("/payment/payment_intent").asString())
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no payment of " + invoiceId)));
    }

    private static void paid(ObjectNode invoice, Change change) {
        transition(invoice, "paid", "paid_at", change);
        invoice.put("amount_paid", Json.number(invoice, "amount_due"))
                .put("amount_remaining", 0)
                .put("attempted", true)
                .put("attempt_count", Json.number(invoice, "attempt_count") + 1);
        say(invoice, change, "invoice.updated", "invoice.paid", "invoice.payment_succeeded");
    }

    /** An attempt to pay an open one fails. */
    public void failPayment(String invoiceId) {
        move(invoiceId, List.of(OPEN), this::chargeInVain);
    }

    void chargeInVain(ObjectNode invoice, Change change) {
        invoice.put("attempted", true).put("attempt_count", Json.number(invoice, "attempt_count") + 1);
        say(invoice, change, "invoice.payment_failed");
    }

    /** An open one was not paid in time. */
    public void markOverdue(String invoiceId) {
        move(invoiceId, List.of(OPEN), (invoice, change) -> say(invoice, change, "invoice.overdue"));
    }

    /** An open one is given up. */
    public void markUncollectible(String invoiceId) {
        move(invoiceId, List.of(OPEN), (invoice, change) -> {
            transition(invoice, UNCOLLECTIBLE, "marked_uncollectible_at", change);
            say(invoice, change, "invoice.marked_uncollectible");
        });
    }

    /** An open or uncollectible one is taken back. */
    public void cancel(String invoiceId) {
        move(invoiceId, List.of(OPEN, UNCOLLECTIBLE), (invoice, change) -> {
            transition(invoice, "void", "voided_at", change);
            say(invoice, change, "invoice.voided");
        });
    }

    private static void transition(ObjectNode invoice, String status, String time, Change change) {
        invoice.put("status", status);
        invoice.withObject("/status_transitions").put(time, change.now());
    }

    private static void say(ObjectNode invoice, Change change, String... types) {
        change.update(invoice);
        for (String type : types) {
            if (type.equals("invoice.updated")) {
                change.event(type, invoice, Json.object().put("status", OPEN));
            } else {
                change.event(type, invoice);
            }
        }
    }

    private void move(String invoiceId, List<String> from, BiConsumer<ObjectNode, Change> step) {
        RefusedException.unless(() -> state.change(change -> {
            ObjectNode invoice = change.named(StripeKind.INVOICE, invoiceId);
            String status = Json.requiredText(invoice, "status");
            if (!from.contains(status)) {
                throw StripeError.invalidState(null, "The invoice is " + status);
            }
            step.accept(invoice, change);
            return invoice;
        }));
    }
}
