package dev.aicredits.purchase;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.pages.FormRules;
import dev.aicredits.pages.Outcome;
import dev.aicredits.pages.Page;
import dev.aicredits.pages.PagesSettings;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.purchase.CheckoutClient.Started;
import dev.aicredits.purchase.CheckoutClient.Status;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Sends a person to pay for credits, and says how far that is when they are back. */
@Page
@RequestMapping("/settings/{organizationId}/purchases")
class PurchasePages {

    /** What an order stays in, as far as Stripe is concerned. Until then the page asks again. */
    private static final Set<String> FINAL = Set.of("completed", "expired", "failed", "in_review");

    private final CheckoutClient checkout;
    private final PagesSettings settings;

    PurchasePages(CheckoutClient checkout, PagesSettings settings) {
        this.checkout = checkout;
        this.settings = settings;
    }

    /** Leads to the checkout page. The form's own key makes two clicks one purchase. */
    @Requires(Grant.BILLING_MANAGE)
    @PostMapping
    Object start(
            Access access,
            @RequestParam(required = false) @Nullable String suggested,
            @RequestParam(required = false) @Nullable String custom,
            @RequestParam String purchaseKey,
            HttpServletRequest request,
            Model model) {
        BigDecimal amount = FormRules.amount("amountUsd", FormRules.text(custom) == null ? suggested : custom);
        if (amount == null) {
            throw new ProblemException(PurchaseProblem.AMOUNT_REQUIRED);
        }
        String billing = settings.url("/settings/" + access.organizationId() + "/billing");
        Started started = checkout.start(
                access.caller(),
                access.organizationId(),
                amount,
                purchaseKey,
                billing + "?purchase={CHECKOUT_SESSION_ID}",
                billing + "?purchase=left");
        model.addAttribute("amount", amount);
        return leadTo(started, request, model);
    }

    /** Leads to the checkout page of a plan, which is in force once it is paid. */
    @Requires(Grant.BILLING_MANAGE)
    @PostMapping("/plan")
    Object startPlan(
            Access access,
            @RequestParam String planKey,
            @RequestParam String purchaseKey,
            HttpServletRequest request,
            Model model) {
        Started started = checkout.startPlan(access.caller(), access.organizationId(), planKey, purchaseKey);
        return leadTo(started, request, model);
    }

    private static Object leadTo(Started started, HttpServletRequest request, Model model) {
        String url = Objects.requireNonNull(started.url(), "a session that is open has a page");
        if (Outcome.isHtmx(request)) {
            return Outcome.go(request, url);
        }
        // The policy of pages lets a form lead to nobody else: without scripts, the person follows a link.
        model.addAttribute("url", url);
        return "purchase-link";
    }

    /**
     * How far a purchase is; the part of the page asks for itself again until that is final. Only until then Stripe is asked: a page that
     * is loaded again, or kept as a bookmark, costs no call.
     */
    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/{sessionId}")
    String status(Access access, @PathVariable String sessionId, HttpServletResponse response, Model model) {
        Status status = checkout.status(access.caller(), access.organizationId(), sessionId);
        if (!FINAL.contains(status.status()) && access.grants().contains(Grant.BILLING_MANAGE)) {
            status = checkout.sync(access.caller(), access.organizationId(), sessionId);
        }
        if (status.completed()) {
            // The ledger below has one more entry now.
            response.setHeader("HX-Trigger", "purchased");
        }
        model.addAttribute("organizationId", access.organizationId());
        model.addAttribute("purchase", status);
        model.addAttribute("pending", !FINAL.contains(status.status()));
        return "fragments/purchase :: status";
    }
}
