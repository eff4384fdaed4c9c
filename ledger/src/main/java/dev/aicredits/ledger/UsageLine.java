package dev.aicredits.ledger;

import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One usage event of a batch, with the compact keys the tables use; a booking attempt sets its place. */
final class UsageLine {

    /** No external user; the ids of external users are positive. */
    static final long ANONYMOUS = 0;

    final int index;
    final RatedUsage usage;
    final long organizationId;
    final long agentId;
    final long externalUserId;
    final int productId;
    final int windowDay;

    long entrySeq;
    long balanceAfterNanos;

    UsageLine(
            int index,
            RatedUsage usage,
            long organizationId,
            long agentId,
            long externalUserId,
            int productId,
            int windowDay) {
        this.index = index;
        this.usage = usage;
        this.organizationId = organizationId;
        this.agentId = agentId;
        this.externalUserId = externalUserId;
        this.productId = productId;
        this.windowDay = windowDay;
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
        return organizationId;
    }

    UUID dedupeKey() {
        return usage.event().dedupeKey();
    }

    long costNanos() {
        return usage.price().costNanos();
    }

    /** The billable facts: two events with the same key and the same facts are one event, sent twice. */
    Facts facts() {
        Consumption consumption = usage.event().consumption();
        if (consumption instanceof Inference tokens) {
            return new Facts(
                    agentId,
                    externalUserId,
                    productId,
                    tokens.inputTokens(),
                    tokens.cachedInputTokens(),
                    tokens.cacheCreationInputTokens(),
                    tokens.outputTokens(),
                    0);
        }
        int quantity = ((Counted) consumption).quantity();
        return new Facts(agentId, externalUserId, productId, 0, 0, 0, 0, quantity);
    }

    /** Whether {@code other} repeats this event. Its time does not count: a producer may stamp a retry anew. */
    boolean sameAs(UsageLine other) {
        return facts().equals(other.facts())
                && sameTrustedCost(other.usage.price().rateCardVersion(), other.costNanos());
    }

    boolean sameTrustedCost(int otherVersion, long otherCostNanos) {
        boolean bothTrusted = otherVersion == usage.price().rateCardVersion() && otherVersion == Priced.TRUSTED;
        return !bothTrusted || otherCostNanos == costNanos();
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
