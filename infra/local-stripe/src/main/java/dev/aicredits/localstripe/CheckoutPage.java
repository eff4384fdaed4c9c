package dev.aicredits.localstripe;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a customer sees of a session. */
final class CheckoutPage {
    private CheckoutPage() {}

    /** @param session with its payment intent expanded */
    static String html(ObjectNode session, List<ObjectNode> items, boolean declined) {
        String main = items(session, items) + (declined ? alert("Your card was declined.") : "") + next(session);
        return Html.page("Checkout", "narrow", main);
    }

    private static String items(ObjectNode session, List<ObjectNode> items) {
        String currency = Json.requiredText(session, "currency");
        String rows = items.stream()
                .map(item -> "<tr><td>%s</td><td class=\"amount\">%d</td><td class=\"amount\">%s</td></tr>"
                        .formatted(
                                Html.text(Json.requiredText(item, "description")),
                                Json.number(item, "quantity"),
                                Html.text(Html.amount(Json.number(item, "amount_total"), currency))))
                .collect(Collectors.joining("\n"));
        return """
                <table>
                <caption>What you buy</caption>
                <thead><tr><th scope="col">Item</th><th scope="col" class="amount">Quantity</th><th scope="col" class="amount">Amount</th></tr></thead>
                <tbody>%s</tbody>
                <tfoot><tr><th scope="row" colspan="2">Total</th><td class="amount"><strong>%s</strong></td></tr></tfoot>
                </table>
                """.formatted(rows, Html.text(Html.amount(Json.number(session, "amount_total"), currency)));
    }

    private static String next(ObjectNode session) {
        return switch (Json.requiredText(session, "status")) {
            case "open" -> choices(session);
            case "expired" -> alert("This session has expired.") + leave(session, "Back to the shop");
            default -> complete(session);
        };
    }

    private static String choices(ObjectNode session) {
        String page = "/c/pay/" + Json.id(session);
        StringBuilder choices = new StringBuilder("<h2>How do you pay?</h2>");
        session.required("payment_method_types").forEach(type -> {
            if (type.stringValue().equals(PaymentMethod.CARD.type())) {
                choices.append(Html.button(page + "/card", "Pay by card", ""))
                        .append(Html.button(page + "/declined", "Pay with a card that is declined", "second"));
            } else {
                choices.append(Html.button(page + "/bank", "Pay later, by bank debit", "second"));
            }
        });
        return choices + leave(session, "Leave without paying");
    }

    private static String complete(ObjectNode session) {
        String page = "/c/pay/" + Json.id(session);
        String back = "<p><a class=\"button second\" href=\"%s\">Back to the shop</a></p>"
                .formatted(Html.text(CheckoutController.successUrl(session)));
        if (Json.requiredText(session, "payment_status").equals("paid")) {
            return "<p role=\"status\">Paid.</p>" + back;
        }
        String payment = Json.requiredText(session.required("payment_intent"), "status");
        if (payment.equals("processing")) {
            return "<h2>You are the bank now</h2><p role=\"status\">The payment is on its way.</p>"
                    + Html.button(page + "/bank/pays", "The bank pays", "")
                    + Html.button(page + "/bank/refuses", "The bank refuses", "second")
                    + back;
        }
        return alert("The bank refused the payment.") + back;
    }

    private static String alert(String text) {
        return "<p role=\"alert\">" + Html.text(text) + "</p>";
    }

    private static String leave(ObjectNode session, String label) {
        @Nullable String url = Json.text(session, "cancel_url");
        return url == null
                ? ""
                : "<p><a class=\"button second\" href=\"%s\">%s</a></p>".formatted(Html.text(url), Html.text(label));
    }
}
