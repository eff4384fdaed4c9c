package dev.aicredits.spending;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.hold.HoldAnswer;
import dev.aicredits.hold.HoldAnswer.Ended;
import dev.aicredits.hold.HoldAnswer.NotOpen;
import dev.aicredits.hold.HoldRequest;
import dev.aicredits.hold.HoldState;
import dev.aicredits.hold.Holds;
import dev.aicredits.money.Usd;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Reserves credits before a run, so that runs at once do not spend the same ones. */
@RestController
@RequestMapping("/api/v1/organizations/{organizationId}/holds")
class HoldController {

    private static final Usd LEAST = Usd.ofNanos(1);
    private static final int LASTS_SECONDS_MAX = 86_400;

    /** What is to be reserved; without {@code expiresInSeconds} it is for a quarter of an hour. */
    record NewHold(
            @NotBlank @Size(max = 128) @Pattern(regexp = TextRules.LINE) String agentId,

            @Nullable @Size(min = 1, max = TextRules.EXTERNAL_USER_ID_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String externalUserId,

            @Nullable BigDecimal amountUsd,
            @Nullable @Min(1) @Max(LASTS_SECONDS_MAX) Integer expiresInSeconds) {}

    /** What is to be debited of a hold; 0 if usage events have debited it all. */
    record Capture(@Nullable BigDecimal amountUsd) {}

    private final Holds holds;

    HoldController(Holds holds) {
        this.holds = holds;
    }

    @Requires(Grant.AGENTS_MANAGE)
    @PostMapping
    @Parameter(in = ParameterIn.HEADER, name = "Idempotency-Key", schema = @Schema(type = "string"))
    @ResponseStatus(HttpStatus.CREATED)
    HoldView reserve(Access access, HttpServletRequest request, @Valid @RequestBody NewHold body) {
        UUID id = IdempotencyKey.of(request).map(IdempotencyKey::holdId).orElseGet(UUID::randomUUID);
        Integer seconds = body.expiresInSeconds();
        HoldRequest wanted = new HoldRequest(
                id,
                body.agentId(),
                body.externalUserId(),
                Amounts.between(LEAST, HoldRequest.AMOUNT_MAX, "amountUsd", body.amountUsd()),
                seconds == null ? HoldRequest.LASTS_UNLESS_TOLD : Duration.ofSeconds(seconds));
        return view(holds.reserve(access.organizationKey(), wanted));
    }

    @Requires(Grant.AGENTS_VIEW)
    @GetMapping("/{holdId}")
    HoldView hold(Access access, @PathVariable String holdId) {
        return holds.find(access.organizationKey(), Ids.hold(holdId))
                .map(HoldView::of)
                .orElseThrow(() -> new ProblemException(SpendingProblem.HOLD_NOT_FOUND));
    }

    @Requires(Grant.AGENTS_MANAGE)
    @PostMapping("/{holdId}/capture")
    @Parameter(in = ParameterIn.HEADER, name = "Idempotency-Key", schema = @Schema(type = "string"))
    HoldView capture(
            Access access, @PathVariable String holdId, HttpServletRequest request, @RequestBody Capture body) {
        Usd amount = Amounts.between(Usd.ZERO, HoldRequest.AMOUNT_MAX, "amountUsd", body.amountUsd());
        UUID call = call(request, "capture " + amount);
        return view(holds.capture(access.organizationKey(), access.organizationId(), Ids.hold(holdId), amount, call));
    }

    @Requires(Grant.AGENTS_MANAGE)
    @PostMapping("/{holdId}/release")
    @Parameter(in = ParameterIn.HEADER, name = "Idempotency-Key", schema = @Schema(type = "string"))
    HoldView release(Access access, @PathVariable String holdId, HttpServletRequest request) {
        HoldAnswer answer = holds.release(access.organizationKey(), Ids.hold(holdId), call(request, "release"));
        // That nothing is held is all that was asked for, whoever released it.
        boolean released = answer instanceof NotOpen before && before.hold().state() == HoldState.RELEASED;
        return view(released ? new Ended(((NotOpen) answer).hold()) : answer);
    }

    private static @Nullable UUID call(HttpServletRequest request, String operation) {
        return IdempotencyKey.of(request).map(key -> key.call(operation)).orElse(null);
    }

    private static HoldView view(HoldAnswer answer) {
        return HoldView.of(HoldAnswers.hold(answer));
    }
}
