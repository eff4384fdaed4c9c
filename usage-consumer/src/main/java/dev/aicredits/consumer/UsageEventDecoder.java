package dev.aicredits.consumer;

import java.time.Clock;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

final class UsageEventDecoder {
    UsageEventDecoder(UsageLimits l, Clock c) {}

    DecodedUsage decode(byte @Nullable [] key, Headers h, byte @Nullable [] v) {
        return new DecodedUsage.Refused(DeadLetterReason.MALFORMED, "");
    }
}
