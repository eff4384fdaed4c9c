package dev.aicredits.wire;

import java.util.Locale;

/**
 * Why an event is refused, and went to the dead-letter topic if it came by the topic; a closed list.
 *
 * <p>Where several apply, what can be seen in the event alone decides first, in this order: {@link #TOO_LARGE},
 * {@link #MALFORMED}, {@link #INVALID_FIELD}, {@link #WRONG_ORGANIZATION}, {@link #TIME_OUT_OF_RANGE}.
 */
public enum DeadLetterReason {
    /** The bytes are not one CloudEvent in JSON: no value, broken JSON or UTF-8, a member given twice, batched mode. */
    MALFORMED,
    /** A field is missing, of the wrong type, or breaks its rule; the detail names the field. */
    INVALID_FIELD,
    /** No organization has the id that the event names. */
    UNKNOWN_ORGANIZATION,
    /** The record's key is not the event's organization, or the agent belongs to another one. */
    WRONG_ORGANIZATION,
    /** The rate card then in force has no price for what was used; replay it once the price is there. */
    UNRATED_MODEL,
    /** The same source and id were booked before with another body. */
    CONFLICT,
    /** It happened too long ago, or too far in the future, to be booked. */
    TIME_OUT_OF_RANGE,
    /** The value has more bytes than we read. */
    TOO_LARGE;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in the dead-letter record's reason header and in metrics, such as {@code invalid_field}. */
    public String wireName() {
        return wireName;
    }
}
