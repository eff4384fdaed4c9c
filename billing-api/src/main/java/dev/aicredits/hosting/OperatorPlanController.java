package dev.aicredits.hosting;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What operators change of an organization's plan. */
@RestController
@RequestMapping("/api/v1/operator/organizations/{organizationId}/mcp-hosting")
class OperatorPlanController {

    private static final int LIMIT_MAX = 1_000_000;

    /** Later times do not fit into the database. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    /** A limit in the plan's place; without one, the plan's own counts again. {@code until} left out: for ever. */
    record OverrideChange(
            @Nullable @Min(0) @Max(LIMIT_MAX) Integer hostedServersLimit,
            @Nullable OffsetDateTime until,

            @NotBlank @Size(max = TextRules.DESCRIPTION_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String reason) {}

    /** Which plan an organization is to have, and whether it pays by invoice. */
    record PlanChange(
            @NotBlank @Size(max = TextRules.NAME_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String planKey,

            @Nullable Boolean invoiced,

            @NotBlank @Size(max = TextRules.DESCRIPTION_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String reason) {}

    /** What counts now. */
    record PlanState(
            String planKey,
            boolean invoiced,
            @Nullable Integer hostedServersLimit,
            boolean overridden,
            @Nullable Instant overrideUntil) {}

    private final Plans plans;
    private final Clock clock;

    OperatorPlanController(Plans plans, Clock clock) {
        this.plans = plans;
        this.clock = clock;
    }

    @Requires(Grant.OPERATE)
    @PutMapping("/plan")
    PlanState setPlan(Access access, @Valid @RequestBody PlanChange body) {
        boolean invoiced = body.invoiced() != null && body.invoiced();
        return state(plans.setPlan(access, body.planKey(), invoiced, body.reason()));
    }

    @Requires(Grant.OPERATE)
    @PutMapping("/override")
    PlanState setOverride(Access access, @Valid @RequestBody OverrideChange body) {
        Instant until = body.until() == null ? null : body.until().toInstant();
        boolean past = until != null && (!until.isAfter(clock.instant()) || until.isAfter(LATEST));
        if (past || (until != null && body.hostedServersLimit() == null)) {
            throw ProblemException.invalidField("until");
        }
        return state(
                plans.setOverride(access, new Plans.LimitOverride(body.hostedServersLimit(), until), body.reason()));
    }

    private PlanState state(PlanInForce plan) {
        Instant now = clock.instant();
        return new PlanState(
                plan.planKey(), plan.invoiced(), plan.limit(now), plan.isOverridden(now), plan.overrideUntil());
    }
}
