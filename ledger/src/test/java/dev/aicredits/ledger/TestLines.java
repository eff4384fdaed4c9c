package dev.aicredits.ledger;

import dev.aicredits.ledger.BatchDirectory.Agent;
import dev.aicredits.ledger.BatchDirectory.ExternalUser;
import dev.aicredits.ledger.BatchDirectory.Product;
import dev.aicredits.rating.Rated.Priced;

/** Makes lines of one batch with the keys that a test chooses, where no database is there to give them. */
final class TestLines {

    private final BatchDirectory named = new BatchDirectory();

    UsageLine line(
            int index,
            UsageSample sample,
            long organizationId,
            long agentId,
            long externalUserId,
            int windowDay,
            Priced price) {
        Agent agent = named.agent(sample.organization("org_" + organizationId)
                .agent("ag_" + agentId)
                .event());
        agent.organization.key = organizationId;
        agent.key = agentId;
        SpendSlot userSpend = null;
        if (externalUserId != UsageLine.ANONYMOUS) {
            ExternalUser user = BatchDirectory.externalUser(agent, "user_" + externalUserId);
            user.key = externalUserId;
            userSpend = named.spend(agent, user, windowDay);
        }
        Product product = named.product(sample.consumption());
        product.key = 6;
        return new UsageLine(index, sample.event(), price, product, named.spend(agent, windowDay), userSpend);
    }
}
