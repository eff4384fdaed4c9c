package dev.aicredits.ledger;

import dev.aicredits.ledger.BatchDirectory.Agent;
import dev.aicredits.ledger.BatchDirectory.ExternalUser;
import dev.aicredits.ledger.BatchDirectory.Product;
import org.jspecify.annotations.Nullable;

/**
 * A spend that lines of a batch add to: an agent's of a month, one of its external users' of a month, or an agent's of a
 * product and a day. In a batch each spend has one slot, so slots are compared by identity and totals are kept in arrays by
 * {@link #index}.
 */
final class SpendSlot {

    /** Among the batch's slots of the same sort. */
    final int index;

    final Agent agent;

    /** Null in an agent's slot. */
    final @Nullable ExternalUser externalUser;

    /** Null in a month's slot. */
    final @Nullable Product product;

    /** The day, or the month's first, in days since 1970-01-01. */
    final int windowDay;

    private SpendSlot(
            int index, Agent agent, @Nullable ExternalUser externalUser, @Nullable Product product, int windowDay) {
        this.index = index;
        this.agent = agent;
        this.externalUser = externalUser;
        this.product = product;
        this.windowDay = windowDay;
    }

    static SpendSlot ofMonth(int index, Agent agent, @Nullable ExternalUser externalUser, int windowDay) {
        return new SpendSlot(index, agent, externalUser, null, windowDay);
    }

    static SpendSlot ofDay(int index, Agent agent, Product product, int day) {
        return new SpendSlot(index, agent, null, product, day);
    }

    long organizationId() {
        return agent.organization.key;
    }

    long agentId() {
        return agent.key;
    }

    /** {@link UsageLine#ANONYMOUS} in an agent's slot. */
    long externalUserId() {
        return externalUser == null ? UsageLine.ANONYMOUS : externalUser.key;
    }

    /** {@link BatchDirectory#UNKNOWN} in a month's slot. */
    long productId() {
        return product == null ? BatchDirectory.UNKNOWN : product.key;
    }

    @Nullable String externalUserPublicId() {
        return externalUser == null ? null : externalUser.publicId;
    }
}
