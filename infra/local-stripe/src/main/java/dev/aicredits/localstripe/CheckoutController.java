package dev.aicredits.localstripe;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.node.ObjectNode;

/** The page on which a customer pays or does not, and the bank behind it. */
@Controller
class CheckoutController {
    private static final String SESSION_ID = "{CHECKOUT_SESSION_ID}";

    private final StripeState state;
    private final Payments payments;

    CheckoutController(StripeState state, Payments payments) {
        this.state = state;
        this.payments = payments;
    }

    @GetMapping("/c/pay/{id}")
    ResponseEntity<String> checkout(@PathVariable String id, @RequestParam @Nullable String declined) {
        payments.expireOverdue();
        ObjectNode session = session(id);
        List<ObjectNode> items = state.read(change -> change.owned(StripeKind.LINE_ITEM, id));
        return PageAnswers.page(
                HttpStatus.OK,
                CheckoutPage.html(session, items, declined != null),
                Json.text(session, "success_url"),
                Json.text(session, "cancel_url"));
    }

    @PostMapping("/c/pay/{id}/card")
    ResponseEntity<String> payByCard(@PathVariable String id) {
        payments.pay(id);
        return PageAnswers.seeOther(successUrl(session(id)));
    }

    @PostMapping("/c/pay/{id}/declined")
    ResponseEntity<String> decline(@PathVariable String id) {
        payments.decline(id);
        return PageAnswers.seeOther("/c/pay/" + id + "?declined=1");
    }

    @PostMapping("/c/pay/{id}/bank")
    ResponseEntity<String> payByBank(@PathVariable String id) {
        payments.payLater(id);
        return PageAnswers.seeOther("/c/pay/" + id);
    }

    @PostMapping("/c/pay/{id}/bank/pays")
    ResponseEntity<String> settle(@PathVariable String id) {
        payments.settle(id);
        return PageAnswers.seeOther("/c/pay/" + id);
    }

    @PostMapping("/c/pay/{id}/bank/refuses")
    ResponseEntity<String> fail(@PathVariable String id) {
        payments.fail(id);
        return PageAnswers.seeOther("/c/pay/" + id);
    }

    @ExceptionHandler
    ResponseEntity<String> refused(RefusedException e) {
        return PageAnswers.refused(e);
    }

    private ObjectNode session(String id) {
        return RefusedException.unless(() -> state.read(change -> {
            ObjectNode session = change.named(StripeKind.SESSION, id);
            String payment = Json.text(session, "payment_intent");
            if (payment != null) {
                session.set("payment_intent", change.get(StripeKind.PAYMENT_INTENT, payment));
            }
            return session;
        }));
    }

    /** Where the shop gets its customer back; its URL may ask for the session's id. */
    static String successUrl(ObjectNode session) {
        return Json.requiredText(session, "success_url").replace(SESSION_ID, Json.id(session));
    }
}
