package dev.aicredits.localstripe;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Rows of the dashboard, each with the buttons that its object's state allows. */
final class DashboardRows {
    static final String HEAD = """
            <thead><tr><th scope="col">Id</th><th scope="col">State</th><th scope="col" class="amount">Amount</th>
            <th scope="col">What can be done</th></tr></thead>
            """;

    private DashboardRows() {}

    static String session(ObjectNode session) {
        String status = Json.requiredText(session, "status");
        String page = "<a href=\"/c/pay/%s\">page</a> ".formatted(Html.text(Json.id(session)));
        String buttons = status.equals(Sessions.OPEN)
                ? page + buttons("sessions", Json.id(session), "pay", "decline", "pay-later", "expire")
                : page;
        return row(session, status + ", " + Json.requiredText(session, "payment_status"), "amount_total", buttons);
    }

    static String payment(ObjectNode payment) {
        String status = Json.requiredText(payment, "status");
        String buttons = status.equals("succeeded")
                ? buttons("payments", Json.id(payment), "refund", "refund-pending", "dispute")
                : "";
        return row(payment, status, "amount", buttons);
    }

    static String refund(ObjectNode refund) {
        String status = Json.requiredText(refund, "status");
        return row(
                refund,
                status,
                "amount",
                switch (status) {
                    case Refunds.PENDING -> buttons("refunds", Json.id(refund), "settle", "fail");
                    case Refunds.SUCCEEDED -> buttons("refunds", Json.id(refund), "fail");
                    default -> "";
                });
    }

    static String dispute(ObjectNode dispute) {
        String status = Json.requiredText(dispute, "status");
        int moved = dispute.required("balance_transactions").size();
        String funds = moved == 0 ? "withdraw-funds" : moved == 1 ? "reinstate-funds" : "";
        String[] acts = status.equals("needs_response")
                ? new String[] {funds, "close-won", "close-lost"}
                : new String[] {funds};
        return row(dispute, status, "amount", buttons("disputes", Json.id(dispute), acts));
    }

    static String invoice(ObjectNode invoice) {
        String status = Json.requiredText(invoice, "status");
        String[] acts =
                switch (status) {
                    case "draft" -> new String[] {"send"};
                    case "open" -> new String[] {"pay", "fail-payment", "mark-overdue", "mark-uncollectible", "cancel"};
                    case "uncollectible" -> new String[] {"pay", "cancel"};
                    default -> new String[0];
                };
        return row(invoice, status, "amount_due", buttons("invoices", Json.id(invoice), acts));
    }

    static String subscription(ObjectNode subscription) {
        String status = Json.requiredText(subscription, "status");
        String[] acts = status.equals("canceled") ? new String[0] : new String[] {"renew", "fail-renewal", "cancel"};
        return row(subscription, status, null, buttons("subscriptions", Json.id(subscription), acts));
    }

    static String event(ObjectNode event) {
        long pending = Json.number(event, "pending_webhooks");
        String state = Json.requiredText(event, "type") + (pending == 0 ? ", delivered" : ", not delivered");
        return row(event, state, null, buttons("events", Json.id(event), "resend"));
    }

    private static String row(ObjectNode object, String state, @Nullable String amount, String buttons) {
        return "<tr><td><code>%s</code></td><td>%s</td><td class=\"amount\">%s</td><td>%s</td></tr>"
                .formatted(
                        Html.text(Json.id(object)),
                        Html.text(state),
                        amount == null
                                ? ""
                                : Html.text(Html.amount(
                                        Json.number(object, amount), Json.requiredText(object, "currency"))),
                        buttons);
    }

    private static String buttons(String kind, String id, String... acts) {
        return Stream.of(acts)
                .filter(act -> !act.isEmpty())
                .map(act -> Html.button("/control/" + kind + "/" + id + "/" + act, act.replace('-', ' '), "second"))
                .collect(Collectors.joining(" "));
    }

    /** The forms that are about no object. */
    static String controls(int undelivered) {
        String kinds = options(Stream.of(ApiFault.Kind.values()));
        String operations = options(Stream.of(StripeOperation.values()));
        return """
                <h2>Webhooks</h2>
                <p>Events not delivered: %1$d</p>
                <div class="row">%2$s %3$s %4$s %5$s %6$s %7$s %8$s</div>
                <h2>Faults of the API</h2>
                <form method="post" action="/control/faults"><fieldset><legend>The next calls go wrong</legend>
                <p><label for="kind">How</label> <select id="kind" name="kind">%9$s</select></p>
                <p><label for="operations">Which call</label>
                <select id="operations" name="operations"><option value="">any</option>%10$s</select></p>
                <p><label for="count">How many</label> <input id="count" name="count" type="number" min="1" value="1"></p>
                <p><input id="after" name="afterTheWork" type="checkbox" value="true">
                <label for="after">after the work is done: only the answer is lost</label></p>
                <button>Plan it</button></fieldset></form>
                %11$s
                """.formatted(
                        undelivered,
                        webhooks("lose"),
                        webhooks("delay"),
                        webhooks("duplicate"),
                        webhooks("hold"),
                        webhooks("release-shuffled"),
                        webhooks("behave"),
                        webhooks("deliver-now"),
                        kinds,
                        operations,
                        Html.button("/control/faults/clear", "no further faults", "second"));
    }

    private static String webhooks(String act) {
        return Html.button("/control/webhooks/" + act, act.replace('-', ' '), "second");
    }

    private static String options(Stream<? extends Enum<?>> values) {
        return values.map(value -> "<option>" + value.name() + "</option>").collect(Collectors.joining());
    }
}
