package dev.aicredits.adjustment;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.adjustment.Adjustment.State;
import dev.aicredits.money.Usd;
import dev.aicredits.problem.IdempotencyHeader;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Adjustments, for operators. */
@RestController
@RequestMapping("/api/v1/operator/organizations/{organizationId}/adjustments")
class AdjustmentController {

    private static final Usd AMOUNT_MAX = Usd.of("1000000");

    /** A correction: positive credits the organization, negative debits it. */
    record NewAdjustment(
            @NotNull BigDecimal amountUsd,

            @NotBlank @Size(max = TextRules.DESCRIPTION_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String reason) {}

    /** A correction, {@code pending}, {@code booked} or {@code rejected}. */
    record AdjustmentAnswer(
            String id,
            BigDecimal amountUsd,
            String reason,
            String state,
            String requestedBy,
            Instant requestedOn,
            @Nullable String decidedBy,
            @Nullable Instant decidedOn,
            @Nullable String ledgerEntryId) {

        static AdjustmentAnswer of(Adjustment adjustment) {
            return new AdjustmentAnswer(
                    adjustment.id().toString(),
                    adjustment.amount().toDecimal(),
                    adjustment.reason(),
                    adjustment.state().key(),
                    adjustment.requestedBy(),
                    adjustment.requestedAt(),
                    adjustment.decidedBy(),
                    adjustment.decidedAt(),
                    adjustment.entrySeq() == null ? null : adjustment.entrySeq().toString());
        }
    }

    private final Adjustments adjustments;

    AdjustmentController(Adjustments adjustments) {
        this.adjustments = adjustments;
    }

    @Requires(Grant.OPERATE)
    @GetMapping
    List<AdjustmentAnswer> list(Access operator) {
        return adjustments.newest(operator).stream().map(AdjustmentAnswer::of).toList();
    }

    @Requires(Grant.OPERATE)
    @PostMapping
    @Parameter(in = ParameterIn.HEADER, name = "Idempotency-Key", schema = @Schema(type = "string"))
    @ApiResponse(responseCode = "201", description = "It is booked", useReturnTypeSchema = true)
    @ApiResponse(responseCode = "202", description = "It waits for a second operator", useReturnTypeSchema = true)
    ResponseEntity<AdjustmentAnswer> ask(
            Access operator, @Valid @RequestBody NewAdjustment body, HttpServletRequest request) {
        String key = IdempotencyHeader.read(
                        request, () -> new ProblemException(AdjustmentProblem.IDEMPOTENCY_KEY_INVALID))
                .orElse(null);
        Adjustment adjustment = ask(operator, body, key);
        HttpStatus status = adjustment.state() == State.PENDING ? HttpStatus.ACCEPTED : HttpStatus.CREATED;
        return ResponseEntity.status(status).body(AdjustmentAnswer.of(adjustment));
    }

    /** Also for a form, whose key is one of its fields. */
    Adjustment ask(Access operator, NewAdjustment body, @Nullable String idempotencyKey) {
        return adjustments.ask(operator, amount(body.amountUsd()), body.reason().strip(), idempotencyKey);
    }

    @Requires(Grant.OPERATE)
    @PostMapping("/{adjustmentId}/approve")
    AdjustmentAnswer approve(Access operator, @PathVariable String adjustmentId) {
        return AdjustmentAnswer.of(adjustments.approve(operator, id(adjustmentId)));
    }

    @Requires(Grant.OPERATE)
    @PostMapping("/{adjustmentId}/reject")
    AdjustmentAnswer reject(Access operator, @PathVariable String adjustmentId) {
        return AdjustmentAnswer.of(adjustments.reject(operator, id(adjustmentId)));
    }

    private static Usd amount(BigDecimal decimal) {
        try {
            Usd amount = Usd.of(decimal);
            boolean inRange = amount.compareTo(AMOUNT_MAX) <= 0 && amount.compareTo(AMOUNT_MAX.negated()) >= 0;
            if (amount.nanos() != 0 && inRange) {
                return amount;
            }
        } catch (ArithmeticException e) {
            // Beyond what an amount may be: the answer is the same.
        }
        throw ProblemException.invalidField("amountUsd");
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(AdjustmentProblem.ADJUSTMENT_NOT_FOUND);
        }
    }
}
