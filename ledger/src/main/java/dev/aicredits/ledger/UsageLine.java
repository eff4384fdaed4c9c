package dev.aicredits.ledger;

import dev.aicredits.ledger.BatchDirectory.Product;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is booked of one usage event of a batch, flat: a batch's lines are gone through several times, and following
 * references to the event's parts each time would cost more than all else. A booking attempt sets its place.
 */
final class UsageLine {

    /** No external user; the ids of external users are positive. */
    static final long ANONYMOUS = 0;

    final int index;

    /** The agent's spend that the line adds to. */
    final SpendSlot agentSpend;

    /** The external user's spend that it adds to; null if it is anonymous. */
    final @Nullable SpendSlot userSpend;

    final Product product;
    final long dedupeKeyHigh;
    final long dedupeKeyLow;
    final long occurredAtMicros;
    final long costNanos;
    final int rateCardVersion;
    final int inputTokens;
    final int cachedInputTokens;
    final int cacheCreationInputTokens;
    final int outputTokens;
    final int quantity;

    /** The hold that the event names; null if it names none. */
    final @Nullable UUID holdId;

    long entrySeq;
    long balanceAfterNanos;

    UsageLine(
            int index,
            UsageEvent event,
            Priced price,
            Product product,
            SpendSlot agentSpend,
            @Nullable SpendSlot userSpend) {
        this.index = index;
        this.agentSpend = agentSpend;
        this.userSpend = userSpend;
        this.product = product;
        this.dedupeKeyHigh = event.dedupeKey().getMostSignificantBits();
        this.dedupeKeyLow = event.dedupeKey().getLeastSignificantBits();
        this.occurredAtMicros = micros(event.occurredAt());
        this.costNanos = price.costNanos();
        this.rateCardVersion = price.rateCardVersion();
        this.holdId = event.holdId();
        if (event.consumption() instanceof Inference tokens) {
            this.inputTokens = tokens.inputTokens();
            this.cachedInputTokens = tokens.cachedInputTokens();
            this.cacheCreationInputTokens = tokens.cacheCreationInputTokens();
            this.outputTokens = tokens.outputTokens();
            this.quantity = 0;
        } else {
            this.inputTokens = 0;
            this.cachedInputTokens = 0;
            this.cacheCreationInputTokens = 0;
            this.outputTokens = 0;
            this.quantity = ((Counted) event.consumption()).quantity();
        }
    }

    /** Microseconds since 1970, which is what the database keeps of a time; cut, not rounded. */
    static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000L);
    }

    /** Lines are equal only to themselves; their place in the batch spreads them well. */
    @Override
    public int hashCode() {
        return index;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    long organizationId() {
        return agentSpend.organizationId();
    }

    long agentId() {
        return agentSpend.agentId();
    }

    long externalUserId() {
        return userSpend == null ? ANONYMOUS : userSpend.externalUserId();
    }

    UUID dedupeKey() {
        return new UUID(dedupeKeyHigh, dedupeKeyLow);
    }

    boolean isInference() {
        return product.id.kind() == UsageKind.INFERENCE;
    }

    boolean hasKeyOf(UsageLine other) {
        return dedupeKeyLow == other.dedupeKeyLow && dedupeKeyHigh == other.dedupeKeyHigh;
    }

    /** The billable facts: two events with the same key and the same facts are one event, sent twice. */
    Facts facts() {
        return new Facts(
                agentId(),
                externalUserId(),
                product.key,
                inputTokens,
                cachedInputTokens,
                cacheCreationInputTokens,
                outputTokens,
                quantity);
    }

    /** Whether {@code other} repeats this event. Its time does not count: a producer may stamp a retry anew. */
    boolean sameAs(UsageLine other) {
        return facts().equals(other.facts()) && sameTrustedCost(other.rateCardVersion, other.costNanos);
    }

    boolean sameTrustedCost(int otherVersion, long otherCostNanos) {
        boolean bothTrusted = otherVersion == rateCardVersion && otherVersion == Priced.TRUSTED;
        return !bothTrusted || otherCostNanos == costNanos;
    }

    /** What an event is billed for. */
    record Facts(
            long agentId,
            long externalUserId,
            int productId,
            int inputTokens,
            int cachedInputTokens,
            int cacheCreationInputTokens,
            int outputTokens,
            int quantity) {}
}
