package dev.aicredits.consumer;

import dev.aicredits.usage.UsageEvent;

sealed interface DecodedUsage {
    record Usable(UsageEvent event) implements DecodedUsage {}

    record Refused(DeadLetterReason reason, String detail) implements DecodedUsage {}
}
