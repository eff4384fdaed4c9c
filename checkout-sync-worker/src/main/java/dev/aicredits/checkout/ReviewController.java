package dev.aicredits.checkout;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.checkout.Reviews.Decision;
import dev.aicredits.money.Usd;
import dev.aicredits.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** For operators: what is held for review, and the two ways to end it. */
@RestController
@RequestMapping(ReviewController.PATH)
class ReviewController {

    static final String PATH = "/api/v1/operator/reviews";

    private static final int BODY_BYTES_MAX = 16 * 1024;
    private static final int REASON_LENGTH_MAX = 500;
    private static final BigDecimal CENT = new BigDecimal("0.01");
    /** The most that Stripe takes at once. */
    private static final BigDecimal PAYMENT_MAX = new BigDecimal("999999.99");

    private final Reviews reviews;
    private final PlanReviews planReviews;
    private final AmountReader amounts = new AmountReader(CENT, PAYMENT_MAX);

    ReviewController(Reviews reviews, PlanReviews planReviews) {
        this.reviews = reviews;
        this.planReviews = planReviews;
    }

    /**
     * An order, in review or decided.
     *
     * @param product what was ordered: credits or a plan
     * @param sessionId the order's own; what is paid may be another
     * @param creditAmountUsd what was ordered; once released, what was credited; null of a plan
     * @param planKey null of credits
     * @param monthlyPlatformFeeCents what was ordered; null of credits
     */
    record Reviewed(
            String product,
            String organizationId,
            String orderId,
            @Nullable String sessionId,
            String status,
            @Nullable String reason,
            @Nullable String ledgerEntryId,
            @Nullable BigDecimal creditAmountUsd,
            @Nullable String planKey,
            @Nullable String planName,
            @Nullable Long monthlyPlatformFeeCents,
            String createdOn) {

        static Reviewed of(Order order) {
            Long entrySeq = order.entrySeq();
            return new Reviewed(
                    CheckoutController.PRODUCT,
                    order.organizationId(),
                    order.orderId().toString(),
                    order.sessionId(),
                    order.state().wireName(),
                    order.reason(),
                    entrySeq == null ? null : entrySeq.toString(),
                    Usd.ofNanos(Math.multiplyExact(order.creditCents(), Fulfilment.NANOS_PER_CENT))
                            .toDecimal(),
                    null,
                    null,
                    null,
                    order.createdAt().toString());
        }

        static Reviewed of(PlanOrder order) {
            return new Reviewed(
                    PlanCheckoutController.PRODUCT,
                    order.organizationId(),
                    order.orderId().toString(),
                    order.sessionId(),
                    order.state().wireName(),
                    order.reason(),
                    null,
                    null,
                    order.planKey(),
                    order.planName(),
                    order.amountCents(),
                    order.createdAt().toString());
        }
    }

    @Requires(Grant.OPERATE)
    @GetMapping
    List<Reviewed> waiting() {
        return Stream.concat(
                        reviews.waiting().stream().map(Reviewed::of),
                        planReviews.waiting().stream().map(Reviewed::of))
                .toList();
    }

    @Requires(Grant.OPERATE)
    @PostMapping("/{organizationId}/{sessionId}/release")
    Reviewed release(Access operator, @PathVariable String sessionId, HttpServletRequest request) {
        JsonNode body = body(request);
        Decision decision = decision(operator, sessionId, body);
        return planReviews.isOfPlan(decision)
                ? Reviewed.of(planReviews.release(decision))
                : Reviewed.of(reviews.release(decision, amounts.cents(body)));
    }

    @Requires(Grant.OPERATE)
    @PostMapping("/{organizationId}/{sessionId}/refusal")
    Reviewed refuse(Access operator, @PathVariable String sessionId, HttpServletRequest request) {
        Decision decision = decision(operator, sessionId, body(request));
        return planReviews.isOfPlan(decision)
                ? Reviewed.of(planReviews.refuse(decision))
                : Reviewed.of(reviews.refuse(decision));
    }

    private static JsonNode body(HttpServletRequest request) {
        return RequestBodies.parse(RequestBodies.read(request, BODY_BYTES_MAX));
    }

    private static Decision decision(Access operator, String sessionId, JsonNode body) {
        JsonNode reason = body.path("reason");
        if (!reason.isString()
                || reason.stringValue().isBlank()
                || reason.stringValue().length() > REASON_LENGTH_MAX
                || reason.stringValue().indexOf('\0') >= 0) {
            throw new ProblemException(CheckoutProblem.REASON_REQUIRED);
        }
        return new Decision(
                operator.organizationId(),
                sessionId,
                operator.actor(),
                reason.stringValue().strip());
    }
}
