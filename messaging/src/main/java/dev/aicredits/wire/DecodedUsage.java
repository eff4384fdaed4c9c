package dev.aicredits.wire;

import dev.aicredits.usage.UsageEvent;

/** What a record of the usage topic turned out to be, judged by the record alone. */
public sealed interface DecodedUsage {

    /**
     * An event whose every field is valid.
     *
     * @param namesCost whether it says what it cost; {@code event} has that only if the source is trusted with it
     */
    record Usable(UsageEvent event, boolean namesCost) implements DecodedUsage {}

    /**
     * A record that no replay of the same bytes makes valid (a late or early one aside).
     *
     * @param detail names the field and the rule it breaks, never anything of the payload: it may be logged
     */
    record Refused(DeadLetterReason reason, String detail) implements DecodedUsage {}
}
