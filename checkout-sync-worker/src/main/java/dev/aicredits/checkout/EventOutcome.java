package dev.aicredits.checkout;

import org.jspecify.annotations.Nullable;

/** What became of an event. */
sealed interface EventOutcome {

    /** It was acted on, with this result. */
    record Done(String result) implements EventOutcome {}

    /** It was acted on before. */
    record Repeated() implements EventOutcome {}

    /**
     * It can't be used.
     *
     * @param detail what a person may want to know beside the reason
     */
    record Dead(DeadLetterReason reason, @Nullable String detail) implements EventOutcome {

        Dead(DeadLetterReason reason) {
            this(reason, null);
        }
    }
}
