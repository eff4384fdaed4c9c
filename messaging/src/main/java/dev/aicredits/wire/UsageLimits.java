package dev.aicredits.wire;

import java.time.Duration;
import java.util.Set;

/**
 * What the decoder accepts beyond the contract's own rules.
 *
 * @param ageMax how long ago an event may have happened, inclusive
 * @param futureMax how far ahead of our clock an event may say it happened, inclusive
 * @param valueBytesMax the most bytes a record's value may have
 * @param trustedSources the CloudEvents sources whose {@code costUsd} counts
 */
public record UsageLimits(Duration ageMax, Duration futureMax, int valueBytesMax, Set<String> trustedSources) {

    public UsageLimits {
        trustedSources = Set.copyOf(trustedSources);
    }
}
