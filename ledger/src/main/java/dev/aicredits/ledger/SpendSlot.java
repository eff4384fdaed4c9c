package dev.aicredits.ledger;

import dev.aicredits.ledger.BatchDirectory.Agent;
import dev.aicredits.ledger.BatchDirectory.ExternalUser;
import org.jspecify.annotations.Nullable;

/**
 * A spend of a month that lines of a batch add to: an agent's, or one of its external users'. In a batch each spend has one
 * slot, so slots are compared by identity and totals are kept in arrays by {@link #index}.
 */
final class SpendSlot {

    /** Among the batch's slots of the same sort. */
    final int index;

    final Agent agent;

    /** Null in an agent's slot. */
    final @Nullable ExternalUser externalUser;

    /** The month's first day, in days since 1970-01-01. */
    final int windowDay;

    SpendSlot(int index, Agent agent, @Nullable ExternalUser externalUser, int windowDay) {
        this.index = index;
        this.agent = agent;
        this.externalUser = externalUser;
        this.windowDay = windowDay;
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

    @Nullable String externalUserPublicId() {
        return externalUser == null ? null : externalUser.publicId;
    }
}
