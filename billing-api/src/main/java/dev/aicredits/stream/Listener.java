package dev.aicredits.stream;

import dev.aicredits.stream.JdbcChanges.BalanceRow;
import dev.aicredits.stream.JdbcChanges.DecisionRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one who listens was told already, and so what is news to them. One thread. */
final class Listener {

    private record Target(long agentKey, long externalUserKey) {}

    final long organizationKey;
    private final Map<Target, Long> versions = new HashMap<>();
    private long entrySeq = -1;
    private boolean begun;

    Listener(long organizationKey) {
        this.organizationKey = organizationKey;
    }

    /**
     * What is new in how the organization stands. The first time that is the balance, each stop in force, and that these are all:
     * who comes back after a break knows as much as who stayed.
     */
    List<StreamEvent> news(BalanceRow balance, List<DecisionRow> decisions) {
        List<StreamEvent> news = new ArrayList<>();
        if (balance.entrySeq() != entrySeq) {
            entrySeq = balance.entrySeq();
            news.add(StreamEvent.Balance.of(balance));
        }
        for (DecisionRow decision : decisions) {
            Target target = new Target(decision.agentKey(), decision.externalUserKey());
            Long known = versions.put(target, decision.version());
            boolean stopped = decision.version() % 2 == 1;
            if (known == null ? stopped || begun : known != decision.version()) {
                news.add(StreamEvent.Decision.of(decision));
            }
        }
        if (!begun) {
            long inForce = decisions.stream()
                    .filter(decision -> decision.version() % 2 == 1)
                    .count();
            news.add(new StreamEvent.Begin(inForce));
        }
        begun = true;
        return news;
    }
}
