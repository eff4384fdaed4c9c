package dev.aicredits.hosting;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.hosting.OperatorPlanController.OverrideChange;
import dev.aicredits.hosting.OperatorPlanController.PlanChange;
import dev.aicredits.pages.FormRules;
import dev.aicredits.pages.Outcome;
import dev.aicredits.pages.Page;
import dev.aicredits.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The forms of operators for an organization's plan and override. */
@Page
@RequestMapping("/operator/organizations/{organizationId}")
class OperatorPlanPages {

    private final OperatorPlanController plans;
    private final FormRules rules;

    OperatorPlanPages(OperatorPlanController plans, FormRules rules) {
        this.plans = plans;
        this.rules = rules;
    }

    @Requires(Grant.OPERATE)
    @PostMapping("/plan")
    ResponseEntity<Void> setPlan(
            Access access,
            @RequestParam String planKey,
            @RequestParam(defaultValue = "false") boolean invoiced,
            @RequestParam String reason,
            HttpServletRequest request) {
        plans.setPlan(access, rules.checked(new PlanChange(planKey, invoiced, reason)));
        return Outcome.done(request, page(access), "The plan is changed.");
    }

    /** Without a limit, the plan's own counts again. */
    @Requires(Grant.OPERATE)
    @PostMapping("/override")
    ResponseEntity<Void> setOverride(
            Access access,
            @RequestParam @Nullable String hostedServersLimit,
            @RequestParam @Nullable String until,
            @RequestParam String reason,
            HttpServletRequest request) {
        plans.setOverride(access, rules.checked(new OverrideChange(limit(hostedServersLimit), end(until), reason)));
        return Outcome.done(request, page(access), "The override is saved.");
    }

    private static @Nullable Integer limit(@Nullable String value) {
        String text = FormRules.text(value);
        if (text != null && !text.matches("\\d{1,9}")) {
            throw ProblemException.invalidField("hostedServersLimit");
        }
        return text == null ? null : Integer.valueOf(text);
    }

    /** An override holds to the end of its last day. */
    private static @Nullable OffsetDateTime end(@Nullable String day) {
        String text = FormRules.text(day);
        try {
            return text == null
                    ? null
                    : LocalDate.parse(text).plusDays(1).atStartOfDay().atOffset(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw ProblemException.invalidField("until");
        }
    }

    private static String page(Access access) {
        return "/operator/organizations/" + access.organizationId();
    }
}
