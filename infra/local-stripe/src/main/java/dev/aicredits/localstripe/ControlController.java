package dev.aicredits.localstripe;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.node.ObjectNode;

/** The controls over HTTP, for curl and for the page: each is what the method of the same name does. */
@Controller
class ControlController {
    private final LocalStripe stripe;

    ControlController(LocalStripe stripe) {
        this.stripe = stripe;
    }

    @PostMapping("/control/sessions/{id}/{act}")
    ResponseEntity<String> session(
            @PathVariable String id, @PathVariable String act, @RequestHeader @Nullable String accept) {
        Payments payments = stripe.payments();
        return switch (act) {
            case "pay" -> done(payments.pay(id), accept);
            case "decline" -> done(payments.decline(id), accept);
            case "pay-later" -> done(payments.payLater(id), accept);
            case "settle" -> done(() -> payments.settle(id), id, accept);
            case "fail" -> done(() -> payments.fail(id), id, accept);
            case "expire" -> done(() -> payments.expire(id), id, accept);
            default -> unknown(act);
        };
    }

    @PostMapping("/control/payments/{id}/{act}")
    ResponseEntity<String> payment(
            @PathVariable String id,
            @PathVariable String act,
            @RequestParam @Nullable Long amount,
            @RequestHeader @Nullable String accept) {
        Payments payments = stripe.payments();
        Disputes disputes = stripe.disputes();
        return switch (act) {
            case "refund" -> done(amount == null ? payments.refund(id) : payments.refund(id, amount), accept);
            case "refund-pending" ->
                done(amount == null ? payments.refundPending(id) : payments.refundPending(id, amount), accept);
            case "dispute" -> done(amount == null ? disputes.open(id) : disputes.open(id, amount), accept);
            default -> unknown(act);
        };
    }

    @PostMapping("/control/refunds/{id}/{act}")
    ResponseEntity<String> refund(
            @PathVariable String id, @PathVariable String act, @RequestHeader @Nullable String accept) {
        return switch (act) {
            case "settle" -> done(() -> stripe.payments().settleRefund(id), id, accept);
            case "fail" -> done(() -> stripe.payments().failRefund(id), id, accept);
            default -> unknown(act);
        };
    }

    @PostMapping("/control/disputes/{id}/{act}")
    ResponseEntity<String> dispute(
            @PathVariable String id, @PathVariable String act, @RequestHeader @Nullable String accept) {
        Disputes disputes = stripe.disputes();
        return switch (act) {
            case "withdraw-funds" -> done(() -> disputes.withdrawFunds(id), id, accept);
            case "reinstate-funds" -> done(() -> disputes.reinstateFunds(id), id, accept);
            case "close-won" -> done(() -> disputes.closeWon(id), id, accept);
            case "close-lost" -> done(() -> disputes.closeLost(id), id, accept);
            default -> unknown(act);
        };
    }

    @PostMapping("/control/invoices")
    ResponseEntity<String> createInvoice(
            @RequestParam long amount,
            @RequestParam(defaultValue = "usd") String currency,
            @RequestParam(defaultValue = "Hosting") String description,
            @RequestParam Map<String, String> all,
            @RequestHeader @Nullable String accept) {
        Map<String, String> metadata = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (name.matches("metadata\\[[^]]+]")) {
                metadata.put(name.substring("metadata[".length(), name.length() - 1), value);
            }
        });
        return done(stripe.invoices().create(amount, currency, description, metadata), accept);
    }

    @PostMapping("/control/invoices/{id}/{act}")
    ResponseEntity<String> invoice(
            @PathVariable String id, @PathVariable String act, @RequestHeader @Nullable String accept) {
        Invoices invoices = stripe.invoices();
        return switch (act) {
            case "send" -> done(() -> invoices.send(id), id, accept);
            case "pay" -> done(() -> invoices.pay(id), id, accept);
            case "fail-payment" -> done(() -> invoices.failPayment(id), id, accept);
            case "mark-overdue" -> done(() -> invoices.markOverdue(id), id, accept);
            case "mark-uncollectible" -> done(() -> invoices.markUncollectible(id), id, accept);
            case "cancel" -> done(() -> invoices.cancel(id), id, accept);
            default -> unknown(act);
        };
    }

    @PostMapping("/control/subscriptions/{id}/{act}")
    ResponseEntity<String> subscription(
            @PathVariable String id, @PathVariable String act, @RequestHeader @Nullable String accept) {
        Subscriptions subscriptions = stripe.subscriptions();
        return switch (act) {
            case "renew" -> done(() -> subscriptions.renew(id), id, accept);
            case "fail-renewal" -> done(() -> subscriptions.failRenewal(id), id, accept);
            case "cancel" -> done(() -> subscriptions.cancel(id), id, accept);
            default -> unknown(act);
        };
    }

    @PostMapping("/control/webhooks/{act}")
    ResponseEntity<String> webhooks(
            @PathVariable String act,
            @RequestParam(defaultValue = "") String types,
            @RequestParam(defaultValue = "5") long seconds,
            @RequestParam(defaultValue = "1") int more,
            @RequestParam(defaultValue = "1") long seed,
            @RequestHeader @Nullable String accept) {
        Webhooks webhooks = stripe.webhooks();
        return switch (act) {
            case "lose" -> done(() -> webhooks.lose(words(types)), act, accept);
            case "delay" -> done(() -> webhooks.delay(Duration.ofSeconds(seconds)), act, accept);
            case "duplicate" -> done(() -> webhooks.duplicate(more), act, accept);
            case "behave" -> done(webhooks::behave, act, accept);
            case "hold" -> done(webhooks::hold, act, accept);
            case "release" -> done(webhooks::release, act, accept);
            case "release-shuffled" -> done(() -> webhooks.releaseShuffled(seed), act, accept);
            case "deliver-now" -> done(webhooks::deliverNow, act, accept);
            default -> unknown(act);
        };
    }

    @PostMapping("/control/events/{id}/resend")
    ResponseEntity<String> resend(@PathVariable String id, @RequestHeader @Nullable String accept) {
        return done(() -> stripe.webhooks().resend(id), id, accept);
    }

    @PostMapping("/control/faults")
    ResponseEntity<String> fault(
            @RequestParam String kind,
            @RequestParam(defaultValue = "1") int count,
            @RequestParam(defaultValue = "") String operations,
            @RequestParam(defaultValue = "false") boolean afterTheWork,
            @RequestParam(defaultValue = "5") long seconds,
            @RequestHeader @Nullable String accept) {
        ApiFault fault = new ApiFault(
                ApiFault.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), afterTheWork, Duration.ofSeconds(seconds));
        StripeOperation[] which = Arrays.stream(words(operations))
                .map(operation -> StripeOperation.valueOf(operation.toUpperCase(Locale.ROOT)))
                .toArray(StripeOperation[]::new);
        return done(() -> stripe.faults().next(count, fault, which), kind, accept);
    }

    @PostMapping("/control/faults/clear")
    ResponseEntity<String> clearFaults(@RequestHeader @Nullable String accept) {
        return done(stripe.faults()::clear, "clear", accept);
    }

    @GetMapping("/control/calls")
    ResponseEntity<String> calls() {
        ObjectNode calls = Json.object();
        for (StripeOperation operation : StripeOperation.values()) {
            calls.put(operation.name().toLowerCase(Locale.ROOT), stripe.faults().calls(operation));
        }
        return json(HttpStatus.OK, calls);
    }

    @ExceptionHandler
    ResponseEntity<String> refused(RefusedException e, HttpServletRequest request) {
        if (isBrowser(request.getHeader(HttpHeaders.ACCEPT))) {
            return PageAnswers.refused(e);
        }
        return json(
                e.isNotFound() ? HttpStatus.NOT_FOUND : HttpStatus.CONFLICT,
                Json.object().put("message", e.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<String> invalid(IllegalArgumentException e) {
        return json(HttpStatus.BAD_REQUEST, Json.object().put("message", "no such kind or operation"));
    }

    private static String[] words(String list) {
        return Arrays.stream(list.split("[,\\s]+"))
                .filter(word -> !word.isEmpty())
                .toArray(String[]::new);
    }

    private static ResponseEntity<String> done(Runnable act, String id, @Nullable String accept) {
        act.run();
        return done(id, accept);
    }

    /** For curl what was made or moved, for a browser the page again. */
    private static ResponseEntity<String> done(String id, @Nullable String accept) {
        return isBrowser(accept)
                ? PageAnswers.seeOther("/")
                : json(HttpStatus.OK, Json.object().put("id", id));
    }

    private static boolean isBrowser(@Nullable String accept) {
        return accept != null && accept.contains("text/html");
    }

    private static ResponseEntity<String> unknown(String act) {
        return json(HttpStatus.NOT_FOUND, Json.object().put("message", "there is no " + act));
    }

    private static ResponseEntity<String> json(HttpStatus status, ObjectNode body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.write(body));
    }
}
