package dev.aicredits.checkout;

/** What became of an event. */
sealed interface EventOutcome {

    /** It was acted on, with this result. */
    record Done(String result) implements EventOutcome {}

    /** It was acted on before. */
    record Repeated() implements EventOutcome {}

    /** It can't be used. */
    record Dead(DeadLetterReason reason) implements EventOutcome {}
}
