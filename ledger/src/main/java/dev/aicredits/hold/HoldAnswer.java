package dev.aicredits.hold;

import dev.aicredits.budget.BudgetDecision;
import dev.aicredits.budget.LayerUse;
import dev.aicredits.money.Usd;

/** What became of a call about a hold. Only {@link Reserved} and {@link Ended} changed anything, and that once. */
public sealed interface HoldAnswer {

    /** It is reserved; a repeated request gets the hold as it is now. */
    record Reserved(Hold hold) implements HoldAnswer {}

    /** The id stands for another request's hold. */
    record IdReused() implements HoldAnswer {}

    /**
     * It does not fit.
     *
     * @param decision how all layers stand
     * @param layer the one with the least left
     */
    record Refused(BudgetDecision decision, LayerUse layer) implements HoldAnswer {}

    /** The organization has no such agent. */
    record UnknownAgent() implements HoldAnswer {}

    /** The organization has as many open holds as it may. */
    record TooManyOpen() implements HoldAnswer {}

    /** This call ended it, now or when it came before. */
    record Ended(Hold hold) implements HoldAnswer {}

    /** The organization has no such hold. */
    record NotFound() implements HoldAnswer {}

    /** Something else ended it before. */
    record NotOpen(Hold hold) implements HoldAnswer {}

    /** It holds less than was to be captured. */
    record HoldsLess(Hold hold, Usd asked) implements HoldAnswer {}

    /** Too many calls wait. */
    record Busy() implements HoldAnswer {}
}
