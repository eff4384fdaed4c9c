package dev.aicredits.ledger;

import dev.aicredits.ledger.BatchDirectory.Agent;
import dev.aicredits.ledger.BatchDirectory.ExternalUser;
import dev.aicredits.ledger.BatchDirectory.Product;
import dev.aicredits.ledger.JdbcUsageBooking.HoldCapture;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.UsageEvent;

/** A batch that a {@link JdbcLedger} books: lines as soon as events come, so that the events need not be kept. */
final class JdbcUsageBatch implements UsageBatch {

    private final JdbcLedger ledger;
    private final HoldCapture holds;
    private final BatchDirectory named = new BatchDirectory();
    private final BudgetWindow window = new BudgetWindow();
    private int size;

    JdbcUsageBatch(JdbcLedger ledger, HoldCapture holds) {
        this.ledger = ledger;
        this.holds = holds;
    }

    @Override
    public void add(UsageEvent event, Priced price) {
        Agent agent = named.agent(event);
        int windowDay = window.startDay(event.occurredAt());
        SpendSlot userSpend = null;
        if (event.externalUserId() != null) {
            ExternalUser user = BatchDirectory.externalUser(agent, event.externalUserId());
            userSpend = named.spend(agent, user, windowDay);
        }
        Product product = named.product(event.consumption());
        agent.organization.lines.add(
                new UsageLine(size++, event, price, product, named.spend(agent, windowDay), userSpend));
    }

    @Override
    public UsageBooking book() {
        return ledger.book(named, size, holds);
    }
}
