package dev.aicredits.localstripe;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import tools.jackson.databind.node.ObjectNode;

/** The page for a person: what there is, and buttons for what can be done to it. */
@Controller
class DashboardController {
    private static final int ROWS_MAX = 20;
    private static final MediaType CSS = MediaType.parseMediaType("text/css;charset=UTF-8");

    private final StripeState state;
    private final Webhooks webhooks;

    DashboardController(StripeState state, Webhooks webhooks) {
        this.state = state;
        this.webhooks = webhooks;
    }

    @GetMapping("/")
    ResponseEntity<String> dashboard() {
        String main = section("Sessions", StripeKind.SESSION, DashboardRows::session)
                + section("Payments", StripeKind.PAYMENT_INTENT, DashboardRows::payment)
                + section("Refunds", StripeKind.REFUND, DashboardRows::refund)
                + section("Disputes", StripeKind.DISPUTE, DashboardRows::dispute)
                + section("Invoices", StripeKind.INVOICE, DashboardRows::invoice)
                + section("Subscriptions", StripeKind.SUBSCRIPTION, DashboardRows::subscription)
                + section("Events", StripeKind.EVENT, DashboardRows::event)
                + DashboardRows.controls(webhooks.undelivered().size());
        return PageAnswers.page(HttpStatus.OK, Html.page("Local Stripe", "", main));
    }

    private String section(String title, StripeKind kind, Function<ObjectNode, String> row) {
        List<ObjectNode> newest = state.read(change -> change.page(ListQuery.newest(kind, ROWS_MAX)));
        if (newest.isEmpty()) {
            return "";
        }
        return "<h2>%1$s</h2><table><caption>The newest, at most %2$d</caption>%3$s<tbody>%4$s</tbody></table>"
                .formatted(
                        title,
                        ROWS_MAX,
                        DashboardRows.HEAD,
                        newest.stream().limit(ROWS_MAX).map(row).collect(Collectors.joining("\n")));
    }

    @GetMapping("/receipts/{id}")
    ResponseEntity<String> receipt(@PathVariable String id) {
        return paper("Receipt", StripeKind.CHARGE, id, "amount_captured");
    }

    @GetMapping("/invoices/{id}")
    ResponseEntity<String> invoice(@PathVariable String id) {
        return paper("Invoice", StripeKind.INVOICE, id, "amount_due");
    }

    private ResponseEntity<String> paper(String title, StripeKind kind, String id, String amount) {
        ObjectNode object = RefusedException.unless(() -> state.read(change -> change.named(kind, id)));
        String text = "<p>%s, %s</p><p><code>%s</code></p>"
                .formatted(
                        Html.text(Html.amount(Json.number(object, amount), Json.requiredText(object, "currency"))),
                        Html.text(Json.requiredText(object, "status")),
                        Html.text(id));
        return PageAnswers.page(HttpStatus.OK, Html.page(title, "narrow", text));
    }

    @GetMapping("/style.css")
    ResponseEntity<String> style() {
        return ResponseEntity.ok().contentType(CSS).body(Templates.read("pages/style.css"));
    }

    @ExceptionHandler
    ResponseEntity<String> refused(RefusedException e) {
        return PageAnswers.refused(e);
    }
}
