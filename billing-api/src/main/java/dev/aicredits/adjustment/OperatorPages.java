package dev.aicredits.adjustment;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.SignedIn;
import dev.aicredits.adjustment.Adjustment.State;
import dev.aicredits.adjustment.AdjustmentController.NewAdjustment;
import dev.aicredits.credits.SummaryReader;
import dev.aicredits.hosting.PlanController;
import dev.aicredits.pages.FormRules;
import dev.aicredits.pages.Outcome;
import dev.aicredits.pages.Page;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Where operators begin, and an organization as they see it: its plan, its override, its adjustments. */
@Page
@RequestMapping("/operator")
class OperatorPages {

    private final AdjustmentController adjustments;
    private final PlanController plans;
    private final SummaryReader summaries;
    private final FormRules rules;

    OperatorPages(AdjustmentController adjustments, PlanController plans, SummaryReader summaries, FormRules rules) {
        this.adjustments = adjustments;
        this.plans = plans;
        this.summaries = summaries;
        this.rules = rules;
    }

    @Requires(Grant.OPERATE)
    @GetMapping
    String home(SignedIn operator, @RequestParam(required = false) @Nullable String organizationId) {
        String id = FormRules.text(organizationId);
        if (id != null && !id.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]*")) {
            throw new ProblemException(CommonProblem.ORGANIZATION_NOT_FOUND);
        }
        return id == null ? "operator" : "redirect:/operator/organizations/" + id;
    }

    @Requires(Grant.OPERATE)
    @GetMapping("/organizations/{organizationId}")
    String organization(Access operator, Model model) {
        model.addAttribute("organizationId", operator.organizationId());
        model.addAttribute("balance", summaries.balanceUsd(operator.organizationKey()));
        model.addAttribute("plan", plans.usage(operator));
        model.addAttribute("plans", plans.all());
        model.addAttribute("adjustments", adjustments.list(operator));
        model.addAttribute("own", operator.caller().principalId());
        model.addAttribute("adjustmentKey", UUID.randomUUID());
        return "operator-organization";
    }

    /** The form's own key makes two clicks one adjustment. */
    @Requires(Grant.OPERATE)
    @PostMapping("/organizations/{organizationId}/adjustments")
    ResponseEntity<Void> ask(
            Access operator,
            @RequestParam @Nullable String amountUsd,
            @RequestParam String reason,
            @RequestParam String adjustmentKey,
            HttpServletRequest request) {
        BigDecimal amount = FormRules.amount("amountUsd", amountUsd);
        if (amount == null) {
            throw ProblemException.invalidField("amountUsd");
        }
        NewAdjustment body = rules.checked(new NewAdjustment(amount, reason));
        Adjustment adjustment = adjustments.ask(operator, body, TextRules.parameter("adjustmentKey", adjustmentKey));
        boolean pending = adjustment.state() == State.PENDING;
        return Outcome.done(
                request,
                page(operator),
                pending ? "The adjustment waits for another operator to approve it." : "The adjustment is booked.");
    }

    @Requires(Grant.OPERATE)
    @PostMapping("/organizations/{organizationId}/adjustments/{adjustmentId}/approval")
    ResponseEntity<Void> approve(Access operator, @PathVariable String adjustmentId, HttpServletRequest request) {
        adjustments.approve(operator, adjustmentId);
        return Outcome.done(request, page(operator), "The adjustment is booked.");
    }

    @Requires(Grant.OPERATE)
    @PostMapping("/organizations/{organizationId}/adjustments/{adjustmentId}/rejection")
    ResponseEntity<Void> reject(Access operator, @PathVariable String adjustmentId, HttpServletRequest request) {
        adjustments.reject(operator, adjustmentId);
        return Outcome.done(request, page(operator), "The adjustment is rejected.");
    }

    private static String page(Access operator) {
        return "/operator/organizations/" + operator.organizationId();
    }
}
