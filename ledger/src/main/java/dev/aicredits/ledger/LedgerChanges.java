package dev.aicredits.ledger;

import dev.aicredits.ledger.BookingPlan.AgentSpendKey;
import dev.aicredits.ledger.BookingPlan.UserSpendKey;
import dev.aicredits.ledger.JdbcUsageWriter.AgentSpend;
import dev.aicredits.ledger.LedgerChange.Scope;
import dev.aicredits.ledger.LedgerChange.Spend;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a batch's changes in the text ids that the batch came with. */
final class LedgerChanges {

    private LedgerChanges() {}

    static List<LedgerChange> of(List<UsageLine> lines, JdbcUsageBooking.Written written) {
        Map<Long, LedgerChange> changes = new LinkedHashMap<>();
        Set<AgentSpendKey> agentsTold = new HashSet<>();
        Set<UserSpendKey> usersTold = new HashSet<>();
        for (UsageLine line : lines) {
            Position position = written.positions().get(line.organizationId);
            if (position == null) {
                continue;
            }
            String organizationId = line.usage.event().organizationId();
            List<Spend> spends = changes.computeIfAbsent(
                            line.organizationId,
                            id -> new LedgerChange(
                                    organizationId, position.entrySeq(), position.balanceNanos(), new ArrayList<>()))
                    .spends();
            AgentSpendKey agent = new AgentSpendKey(line.organizationId, line.agentId, line.windowDay);
            AgentSpend agentSpend = written.agentSpends().get(agent);
            if (agentSpend != null && agentsTold.add(agent)) {
                spends.add(spend(line, Scope.AGENT, null, agentSpend.nanos()));
                if (agentSpend.anonymousNanos() != 0) {
                    spends.add(spend(line, Scope.ANONYMOUS, null, agentSpend.anonymousNanos()));
                }
            }
            UserSpendKey user =
                    new UserSpendKey(line.organizationId, line.agentId, line.externalUserId, line.windowDay);
            Long userNanos = written.userSpends().get(user);
            if (userNanos != null && usersTold.add(user)) {
                spends.add(spend(line, Scope.EXTERNAL_USER, line.usage.event().externalUserId(), userNanos));
            }
        }
        return List.copyOf(changes.values());
    }

    private static Spend spend(UsageLine line, Scope scope, @Nullable String externalUserId, long spentNanos) {
        return new Spend(
                scope, line.usage.event().agentId(), externalUserId, LocalDate.ofEpochDay(line.windowDay), spentNanos);
    }
}
