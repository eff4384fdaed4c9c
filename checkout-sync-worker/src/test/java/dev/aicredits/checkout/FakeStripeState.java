package dev.aicredits.checkout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What Stripe knows: sessions, payments, refunds, disputes, invoices, and the events of what happened to them. Each method
 * that lets something happen answers the event as its webhook would bring it.
 */
final class FakeStripeState {

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, ObjectNode> sessions = new LinkedHashMap<>();
    private final Map<String, ObjectNode> payments = new HashMap<>();
    private final Map<String, ObjectNode> invoices = new HashMap<>();
    private final List<ObjectNode> refunds = new ArrayList<>();
    private final List<ObjectNode> disputes = new ArrayList<>();
    private final List<ObjectNode> events = new ArrayList<>();
    private Duration ago = Duration.ZERO;

    synchronized ObjectNode createSession(Map<String, String> form) {
        String id = id("cs_test_");
        long cents = Long.parseLong(form.get("line_items[0][price_data][unit_amount]"));
        ObjectNode session = object(id, "checkout.session");
        session.put("mode", form.get("mode")).put("status", "open").put("payment_status", "unpaid");
        session.put("amount_total", cents).put("currency", form.get("line_items[0][price_data][currency]"));
        session.put("livemode", false).put("client_reference_id", form.get("client_reference_id"));
        session.put("url", "http://127.0.0.1/pay/" + id).put("success_url", form.get("success_url"));
        session.put("cancel_url", form.get("cancel_url"));
        session.put("expires_at", now() + 86_400).putNull("payment_intent");
        ObjectNode metadata = session.putObject("metadata");
        form.forEach((name, value) -> {
            if (name.startsWith("metadata[")) {
                metadata.put(name.substring("metadata[".length(), name.length() - 1), value);
            }
        });
        ObjectNode item = JSON.createObjectNode().put("id", id("li_")).put("object", "item");
        session.set("line_items", list(List.of(item.put("amount_total", cents).put("quantity", 1))));
        sessions.put(id, session);
        return session.deepCopy();
    }

    synchronized ObjectNode read(String operation, String id, Map<String, String> query) {
        return switch (operation) {
            case "GET checkout/sessions" -> id == null ? sessionsOf(query) : session(id);
            case "GET refunds" -> ofPaymentOrPeriod(refunds, query);
            case "GET disputes" -> ofPaymentOrPeriod(disputes, query);
            case "GET events" -> eventsOf(query);
            case "GET invoices" -> id == null ? list(List.of()) : copy(invoices.get(id));
            default -> null;
        };
    }

    private ObjectNode session(String id) {
        ObjectNode session = copy(sessions.get(id));
        if (session != null && session.path("payment_intent").isString()) {
            session.set(
                    "payment_intent",
                    copy(payments.get(session.path("payment_intent").stringValue())));
        }
        return session;
    }

    private ObjectNode sessionsOf(Map<String, String> query) {
        String payment = query.get("payment_intent");
        if (payment == null) {
            return ofPeriod(sessions.keySet().stream().map(this::session).toList(), query);
        }
        return list(sessions.values().stream()
                .filter(session -> payment.equals(session.path("payment_intent").asString()))
                .toList());
    }

    private static ObjectNode ofPaymentOrPeriod(List<ObjectNode> objects, Map<String, String> query) {
        String payment = query.get("payment_intent");
        return payment == null ? ofPeriod(objects, query) : list(ofPayment(objects, payment));
    }

    /** A page of what was created in the period, the newest first. */
    private static ObjectNode ofPeriod(List<ObjectNode> objects, Map<String, String> query) {
        int limit = Integer.parseInt(query.get("limit"));
        List<ObjectNode> all = objects.stream()
                .filter(object -> isIn(object, query))
                .sorted(Comparator.comparing(
                                (ObjectNode object) -> object.path("created").asLong())
                        .thenComparing(object -> object.path("id").stringValue())
                        .reversed())
                .toList();
        List<String> ids =
                all.stream().map(object -> object.path("id").stringValue()).toList();
        int begin = query.containsKey("starting_after") ? ids.indexOf(query.get("starting_after")) + 1 : 0;
        int end = Math.min(all.size(), begin + limit);
        return list(all.subList(begin, end)).put("has_more", end < all.size());
    }

    private static boolean isIn(ObjectNode object, Map<String, String> query) {
        long created = object.path("created").asLong();
        return created >= Long.parseLong(query.get("created[gte]"))
                && created < Long.parseLong(query.get("created[lt]"));
    }

    private static List<ObjectNode> ofPayment(List<ObjectNode> objects, String payment) {
        List<ObjectNode> found = new ArrayList<>();
        for (int i = objects.size() - 1; i >= 0; i--) {
            if (payment.equals(objects.get(i).path("payment_intent").asString())) {
                found.add(objects.get(i));
            }
        }
        return found;
    }

    /** Undelivered ones, the newest first; none at all after one that is not known. */
    private ObjectNode eventsOf(Map<String, String> query) {
        List<String> types = FakeStripe.values(query, "types");
        int limit = Integer.parseInt(query.get("limit"));
        String after = query.get("starting_after");
        if (after != null
                && events.stream()
                        .noneMatch(event -> event.path("id").asString().equals(after))) {
            return null;
        }
        Predicate<ObjectNode> wanted = event -> event.path("pending_webhooks").asInt() > 0
                && types.contains(event.path("type").stringValue())
                && isIn(event, query);
        List<ObjectNode> page = new ArrayList<>();
        boolean begun = after == null;
        boolean more = false;
        for (int i = events.size() - 1; i >= 0; i--) {
            ObjectNode event = events.get(i);
            if (begun && wanted.test(event)) {
                more = page.size() == limit;
                if (more) {
                    break;
                }
                page.add(event);
            }
            begun |= event.path("id").asString().equals(after);
        }
        return list(page).put("has_more", more);
    }

    /** Another session of the same order, as nobody at Stripe opens one by itself. Returns its id. */
    synchronized String secondSession(String sessionId) {
        String id = id("cs_test_");
        sessions.put(id, sessions.get(sessionId).deepCopy().put("id", id));
        return id;
    }

    /** Paid by card. */
    synchronized String pay(String sessionId) {
        begin(sessionId, "succeeded");
        return completed(sessionId, "paid");
    }

    /** Paid by a method that takes days. */
    synchronized String payLater(String sessionId) {
        begin(sessionId, "processing");
        return completed(sessionId, "unpaid");
    }

    synchronized String settle(String sessionId) {
        payment(sessionId).put("status", "succeeded");
        sessions.get(sessionId).put("payment_status", "paid");
        return event("checkout.session.async_payment_succeeded", sessions.get(sessionId));
    }

    synchronized String failLater(String sessionId) {
        payment(sessionId).put("status", "requires_payment_method");
        return event("checkout.session.async_payment_failed", sessions.get(sessionId));
    }

    synchronized String expire(String sessionId) {
        sessions.get(sessionId).put("status", "expired").putNull("url");
        return event("checkout.session.expired", sessions.get(sessionId));
    }

    private void begin(String sessionId, String status) {
        ObjectNode session = sessions.get(sessionId);
        ObjectNode payment = object(id("pi_"), "payment_intent").put("status", status);
        ObjectNode charge =
                object(id("ch_"), "charge").put("amount_refunded", 0).put("disputed", false);
        charge.put("amount", session.path("amount_total").asLong()).put("currency", "usd");
        payment.set("latest_charge", charge);
        payments.put(payment.path("id").stringValue(), payment);
        session.put("payment_intent", payment.path("id").stringValue());
    }

    private String completed(String sessionId, String paymentStatus) {
        ObjectNode session = sessions.get(sessionId);
        session.put("status", "complete").put("payment_status", paymentStatus).putNull("url");
        return event("checkout.session.completed", session);
    }

    /** Refunds a part of a paid session's payment; the refund's id is in {@link #lastRefund}. */
    synchronized String refund(String sessionId, long cents, String status) {
        ObjectNode refund = object(id("re_"), "refund").put("status", status).put("amount", cents);
        refund.put("currency", "usd")
                .put("payment_intent", payment(sessionId).path("id").stringValue());
        refunds.add(refund);
        charge(sessionId)
                .put(
                        "amount_refunded",
                        charge(sessionId).path("amount_refunded").asLong() + cents);
        return event("refund.created", refund);
    }

    synchronized String lastRefund() {
        return refunds.get(refunds.size() - 1).path("id").stringValue();
    }

    synchronized String lastDispute() {
        return disputes.get(disputes.size() - 1).path("id").stringValue();
    }

    /** Moves a refund on; a failed one no longer counts in what the charge says was refunded. */
    synchronized String moveRefund(String sessionId, String refundId, String status) {
        ObjectNode refund = refunds.stream()
                .filter(candidate -> candidate.path("id").stringValue().equals(refundId))
                .findFirst()
                .orElseThrow();
        refund.put("status", status);
        if (status.equals("failed") || status.equals("canceled")) {
            long left = charge(sessionId).path("amount_refunded").asLong()
                    - refund.path("amount").asLong();
            charge(sessionId).put("amount_refunded", left);
            return event("refund.failed", refund);
        }
        return event("refund.updated", refund);
    }

    /** The customer's bank takes the money back. */
    synchronized String withdraw(String sessionId) {
        ObjectNode dispute = object(id("dp_"), "dispute").put("status", "needs_response");
        dispute.put("amount", charge(sessionId).path("amount").asLong()).put("currency", "usd");
        dispute.put("payment_intent", payment(sessionId).path("id").stringValue());
        move(dispute.putArray("balance_transactions"), -dispute.path("amount").asLong());
        disputes.add(dispute);
        charge(sessionId).put("disputed", true);
        return event("charge.dispute.funds_withdrawn", dispute);
    }

    /** The bank gives it back. */
    synchronized String reinstate(String sessionId) {
        ObjectNode dispute =
                ofPayment(disputes, payment(sessionId).path("id").stringValue()).get(0);
        move(
                (ArrayNode) dispute.path("balance_transactions"),
                dispute.path("amount").asLong());
        return event("charge.dispute.funds_reinstated", dispute.put("status", "won"));
    }

    synchronized String closeDispute(String sessionId, String status) {
        ObjectNode dispute =
                ofPayment(disputes, payment(sessionId).path("id").stringValue()).get(0);
        return event("charge.dispute.closed", dispute.put("status", status));
    }

    private void move(ArrayNode transactions, long cents) {
        transactions.add(
                object(id("txn_"), "balance_transaction").put("amount", cents).put("currency", "usd"));
    }

    synchronized String invoice(String invoiceId, String organizationId, String status, String type) {
        ObjectNode invoice = object(invoiceId, "invoice").put("status", status).put("currency", "usd");
        invoice.put("amount_due", 12_000)
                .put("amount_paid", status.equals("paid") ? 12_000 : 0)
                .putNull("due_date");
        invoice.putObject("metadata").put("aicredits_organization", organizationId);
        invoices.put(invoiceId, invoice);
        return event(type, invoice);
    }

    /** Changes a session as nobody at Stripe should. */
    synchronized void alter(String sessionId, Consumer<ObjectNode> change) {
        change.accept(sessions.get(sessionId));
    }

    /** Every webhook of the event was answered with 2xx. */
    synchronized void delivered(String eventJson) {
        String id = JSON.readTree(eventJson).path("id").stringValue();
        events.stream()
                .filter(event -> event.path("id").stringValue().equals(id))
                .forEach(event -> event.put("pending_webhooks", 0));
    }

    /** Changes an event that is listed, as nobody at Stripe should. */
    synchronized void alterEvent(String eventJson, Consumer<ObjectNode> change) {
        events.stream()
                .filter(event ->
                        event.path("id").equals(JSON.readTree(eventJson).path("id")))
                .findFirst()
                .ifPresent(change);
    }

    synchronized List<String> sessionIds() {
        return List.copyOf(sessions.keySet());
    }

    private ObjectNode payment(String sessionId) {
        return payments.get(sessions.get(sessionId).path("payment_intent").stringValue());
    }

    private ObjectNode charge(String sessionId) {
        return (ObjectNode) payment(sessionId).path("latest_charge");
    }

    private String event(String type, ObjectNode object) {
        ObjectNode event = object(id("evt_"), "event").put("type", type).put("pending_webhooks", 1);
        event.put("api_version", "2020-08-27").put("livemode", false);
        event.putObject("data").set("object", object.deepCopy());
        events.add(event);
        return event.toString();
    }

    /** Lets whatever happens from now on have happened that long ago. */
    synchronized void ago(Duration ago) {
        this.ago = ago;
    }

    private ObjectNode object(String id, String name) {
        return JSON.createObjectNode().put("id", id).put("object", name).put("created", now());
    }

    private static ObjectNode list(List<ObjectNode> data) {
        ObjectNode list = JSON.createObjectNode().put("object", "list").put("has_more", false);
        ArrayNode items = list.putArray("data");
        data.forEach(item -> items.add(item.deepCopy()));
        return list;
    }

    private static ObjectNode copy(ObjectNode object) {
        return object == null ? null : object.deepCopy();
    }

    private static String id(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "");
    }

    private long now() {
        return Instant.now().minus(ago).getEpochSecond();
    }
}
