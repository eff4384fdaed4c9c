package dev.aicredits.purchase;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.SignedIn;
import dev.aicredits.pages.FormRules;
import dev.aicredits.pages.Outcome;
import dev.aicredits.pages.Page;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.purchase.CheckoutClient.Review;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** For operators: what was paid otherwise than ordered, and the two ways to end it. */
@Page
@RequestMapping(ReviewPages.PATH)
class ReviewPages {

    static final String PATH = "/operator/reviews";

    private final CheckoutClient checkout;

    ReviewPages(CheckoutClient checkout) {
        this.checkout = checkout;
    }

    @Requires(Grant.OPERATE)
    @GetMapping
    String waiting(SignedIn operator, Model model) {
        model.addAttribute("reviews", checkout.reviews(operator.caller()));
        return "operator-reviews";
    }

    /** Credits what was paid, or puts the plan in force; the same again changes nothing. */
    @Requires(Grant.OPERATE)
    @PostMapping("/{organizationId}/release")
    ResponseEntity<Void> release(
            Access operator,
            @RequestParam String sessionId,
            @RequestParam(required = false) @Nullable String amountUsd,
            @RequestParam String reason,
            HttpServletRequest request) {
        BigDecimal amount = FormRules.amount("amountUsd", amountUsd);
        Review released = checkout.release(
                operator.caller(), operator.organizationId(), required("sessionId", sessionId), amount, reason);
        return Outcome.done(request, PATH, released.isOfPlan() ? "The plan is in force." : "The credits are booked.");
    }

    @Requires(Grant.OPERATE)
    @PostMapping("/{organizationId}/refusal")
    ResponseEntity<Void> refuse(
            Access operator, @RequestParam String sessionId, @RequestParam String reason, HttpServletRequest request) {
        Review refused =
                checkout.refuse(operator.caller(), operator.organizationId(), required("sessionId", sessionId), reason);
        return Outcome.done(
                request,
                PATH,
                refused.isOfPlan()
                        ? "The plan is refused. End its subscription at Stripe, and give the money back."
                        : "The credits are refused. Give the money back at Stripe.");
    }

    private static String required(String field, String value) {
        String text = FormRules.text(value);
        if (text == null) {
            throw ProblemException.invalidField(field);
        }
        return text;
    }
}
