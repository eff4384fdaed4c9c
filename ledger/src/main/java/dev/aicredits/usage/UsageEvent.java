package dev.aicredits.usage;

import dev.aicredits.money.Usd;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One validated usage event: who used what, and when.
 *
 * @param dedupeKey stands for the event's {@code source} and {@code id}, see {@link DedupeKeys}
 * @param externalUserId the agent's end user, or null for an anonymous call
 * @param occurredAt when it happened, by the platform's clock; microseconds
 * @param trustedCost what a trusted source says it cost, not negative; null where the rate card decides
 * @param holdId the hold that was made for it, which pays for it as far as it reaches; null where there is none
 */
public record UsageEvent(
        UUID dedupeKey,
        String organizationId,
        String agentId,
        @Nullable String externalUserId,
        Instant occurredAt,
        Consumption consumption,
        @Nullable Usd trustedCost,
        @Nullable UUID holdId) {

    /** The CloudEvents {@code type} of a usage event. */
    public static final String TYPE = "dev.aicredits.agent.usage.v1";

    /** The topic that carries usage events, keyed by organization id. */
    public static final String TOPIC = "agent.usage.v1";

    /** Refuses a negative cost: usage never credits. */
    public UsageEvent {
        if (trustedCost != null && trustedCost.compareTo(Usd.ZERO) < 0) {
            throw new IllegalArgumentException("a trusted cost is negative");
        }
    }

    /** An event without a hold. */
    public UsageEvent(
            UUID dedupeKey,
            String organizationId,
            String agentId,
            @Nullable String externalUserId,
            Instant occurredAt,
            Consumption consumption,
            @Nullable Usd trustedCost) {
        this(dedupeKey, organizationId, agentId, externalUserId, occurredAt, consumption, trustedCost, null);
    }
}
