package dev.aicredits.spending;

import dev.aicredits.budget.BudgetDecision;
import dev.aicredits.budget.BudgetLayer;
import dev.aicredits.budget.LayerUse;
import dev.aicredits.hold.Hold;
import dev.aicredits.hold.HoldAnswer;
import dev.aicredits.hold.HoldAnswer.Busy;
import dev.aicredits.hold.HoldAnswer.Ended;
import dev.aicredits.hold.HoldAnswer.HoldsLess;
import dev.aicredits.hold.HoldAnswer.IdReused;
import dev.aicredits.hold.HoldAnswer.NotFound;
import dev.aicredits.hold.HoldAnswer.NotOpen;
import dev.aicredits.hold.HoldAnswer.Refused;
import dev.aicredits.hold.HoldAnswer.Reserved;
import dev.aicredits.hold.HoldAnswer.TooManyOpen;
import dev.aicredits.hold.HoldAnswer.UnknownAgent;
import dev.aicredits.money.Usd;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import java.util.Map;

/** What a client is told of what became of a hold. */
final class HoldAnswers {

    private HoldAnswers() {}

    /**
     * The hold, if the answer is one.
     *
     * @throws ProblemException if it is a refusal
     */
    static Hold hold(HoldAnswer answer) {
        if (answer instanceof Reserved reserved) {
            return reserved.hold();
        }
        if (answer instanceof Ended ended) {
            return ended.hold();
        }
        throw problem(answer);
    }

    private static ProblemException problem(HoldAnswer answer) {
        if (answer instanceof Refused refused) {
            return refusal(refused.decision(), refused.layer());
        }
        if (answer instanceof HoldsLess less) {
            return new ProblemException(
                    SpendingProblem.CAPTURE_EXCEEDS_HOLD,
                    Map.of("heldUsd", less.hold().held().toDecimal()));
        }
        if (answer instanceof NotOpen notOpen) {
            return new ProblemException(
                    switch (notOpen.hold().state()) {
                        case CAPTURED -> SpendingProblem.HOLD_CAPTURED;
                        case RELEASED -> SpendingProblem.HOLD_RELEASED;
                        case EXPIRED -> SpendingProblem.HOLD_EXPIRED;
                        case OPEN -> throw new IllegalStateException("an open hold that is not open");
                    });
        }
        if (answer instanceof NotFound) {
            return new ProblemException(SpendingProblem.HOLD_NOT_FOUND);
        }
        if (answer instanceof IdReused) {
            return new ProblemException(SpendingProblem.IDEMPOTENCY_KEY_REUSED);
        }
        if (answer instanceof UnknownAgent) {
            return new ProblemException(CommonProblem.AGENT_NOT_FOUND);
        }
        if (answer instanceof TooManyOpen) {
            return new ProblemException(SpendingProblem.TOO_MANY_HOLDS);
        }
        if (answer instanceof Busy) {
            return new ProblemException(CommonProblem.TEMPORARILY_UNAVAILABLE);
        }
        throw new IllegalStateException("an answer that is none");
    }

    private static ProblemException refusal(BudgetDecision decision, LayerUse layer) {
        return new ProblemException(
                problem(layer.layer()),
                Map.of(
                        "layer", layer.layer().scope(),
                        "limitUsd", usd(layer.limitNanos()),
                        "spentUsd", usd(layer.spentNanos()),
                        "heldUsd", usd(layer.heldNanos()),
                        "remainingUsd", usd(layer.remainingNanos()),
                        "budgetSource", decision.source().wireName()));
    }

    private static SpendingProblem problem(BudgetLayer layer) {
        return switch (layer) {
            case ORGANIZATION_CREDITS -> SpendingProblem.ORGANIZATION_CREDITS_EXHAUSTED;
            case AGENT -> SpendingProblem.AGENT_BUDGET_EXHAUSTED;
            case EXTERNAL_USER -> SpendingProblem.EXTERNAL_USER_BUDGET_EXHAUSTED;
            case ANONYMOUS -> SpendingProblem.ANONYMOUS_BUDGET_EXHAUSTED;
        };
    }

    private static Object usd(long nanos) {
        return Usd.ofNanos(nanos).toDecimal();
    }
}
