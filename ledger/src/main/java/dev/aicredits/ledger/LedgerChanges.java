package dev.aicredits.ledger;

import dev.aicredits.ledger.JdbcUsageWriter.AgentSpend;
import dev.aicredits.ledger.LedgerChange.Scope;
import dev.aicredits.ledger.LedgerChange.Spend;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells a batch's changes in the text ids that the batch came with. */
final class LedgerChanges {

    private LedgerChanges() {}

    /** The changes of the organizations of {@code lines}, which stand together by organization. */
    static List<LedgerChange> of(List<UsageLine> lines, JdbcUsageBooking.Written written) {
        Map<Long, LedgerChange> changes = withoutSpends(lines, written.positions());
        written.plan().agentSpends.forEach((key, increase) -> {
            List<Spend> spends = spends(changes, key.organizationId());
            AgentSpend spend = Objects.requireNonNull(written.agentSpends().get(key));
            spends.add(spend(increase.line, Scope.AGENT, null, spend.nanos()));
            if (spend.anonymousNanos() != 0) {
                spends.add(spend(increase.line, Scope.ANONYMOUS, null, spend.anonymousNanos()));
            }
        });
        written.plan().userSpends.forEach((key, increase) -> {
            long nanos = Objects.requireNonNull(written.userSpends().get(key));
            String externalUserId = increase.line.usage.event().externalUserId();
            spends(changes, key.organizationId()).add(spend(increase.line, Scope.EXTERNAL_USER, externalUserId, nanos));
        });
        return List.copyOf(changes.values());
    }

    private static Map<Long, LedgerChange> withoutSpends(List<UsageLine> lines, Map<Long, Position> positions) {
        Map<Long, LedgerChange> changes = new LinkedHashMap<>();
        UsageLine last = null;
        for (UsageLine line : lines) {
            if (last == null || last.organizationId != line.organizationId) {
                last = line;
                Position position = positions.get(line.organizationId);
                if (position != null) {
                    changes.put(
                            line.organizationId,
                            new LedgerChange(
                                    line.usage.event().organizationId(),
                                    position.entrySeq(),
                                    position.balanceNanos(),
                                    new ArrayList<>()));
                }
            }
        }
        return changes;
    }

    private static List<Spend> spends(Map<Long, LedgerChange> changes, long organizationId) {
        return Objects.requireNonNull(changes.get(organizationId)).spends();
    }

    private static Spend spend(UsageLine line, Scope scope, @Nullable String externalUserId, long spentNanos) {
        return new Spend(
                scope, line.usage.event().agentId(), externalUserId, LocalDate.ofEpochDay(line.windowDay), spentNanos);
    }
}
