package dev.aicredits.intake;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of one event.
 *
 * @param status {@code accepted}: it is on the topic, and will be debited once; or {@code refused}
 * @param code why it was refused, stable; the reasons of dead letters
 * @param message the same for people: the field and the rule that it breaks
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EventAnswer(
        String status, @Nullable String code, @Nullable String message) {

    static final EventAnswer ACCEPTED = new EventAnswer(Outcome.ACCEPTED.key(), null, null);

    static EventAnswer refused(String code, String message) {
        return new EventAnswer(Outcome.REFUSED.key(), code, message);
    }

    boolean isAccepted() {
        return status.equals(Outcome.ACCEPTED.key());
    }

    /** What can become of an event, here and in metrics. */
    enum Outcome {
        ACCEPTED,
        REFUSED,
        /** The broker did not take it in time, as far as we know. */
        NOT_STORED;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
