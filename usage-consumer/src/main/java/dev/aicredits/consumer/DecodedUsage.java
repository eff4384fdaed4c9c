package dev.aicredits.consumer;

import dev.aicredits.usage.UsageEvent;

/** What a record of the usage topic turned out to be, judged by the record alone. */
sealed interface DecodedUsage {

    /** An event whose every field is valid. */
    record Usable(UsageEvent event) implements DecodedUsage {}

    /**
     * A record that no replay of the same bytes makes valid (a late or early one aside).
     *
     * @param detail names the field and the rule it breaks, never anything of the payload: it may be logged
     */
    record Refused(DeadLetterReason reason, String detail) implements DecodedUsage {}
}
