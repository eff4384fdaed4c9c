package dev.aicredits.ledger;

import dev.aicredits.ledger.JdbcUsageWriter.Spent;
import dev.aicredits.ledger.LedgerChange.Scope;
import dev.aicredits.ledger.LedgerChange.Spend;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Tells a batch's changes in the text ids that the batch came with. */
final class LedgerChanges {

    private LedgerChanges() {}

    /** The changes of the organizations of {@code lines}, which stand together by organization. */
    static List<LedgerChange> of(List<UsageLine> lines, JdbcUsageBooking.Written written) {
        Map<Long, LedgerChange> changes = withoutSpends(lines, written);
        for (int i = 0; i < written.agentSpends().size(); i++) {
            SpendSlot slot = written.plan().agentSpends().get(i).slot;
            Spent spent = written.agentSpends().get(i);
            List<Spend> spends = spends(changes, slot.organizationId());
            spends.add(spend(slot, Scope.AGENT, spent.nanos()));
            if (spent.anonymousNanos() != 0) {
                spends.add(spend(slot, Scope.ANONYMOUS, spent.anonymousNanos()));
            }
        }
        for (int i = 0; i < written.userSpends().size(); i++) {
            SpendSlot slot = written.plan().userSpends().get(i).slot;
            Spent spent = written.userSpends().get(i);
            spends(changes, slot.organizationId()).add(spend(slot, Scope.EXTERNAL_USER, spent.nanos()));
        }
        return List.copyOf(changes.values());
    }

    private static Map<Long, LedgerChange> withoutSpends(List<UsageLine> lines, JdbcUsageBooking.Written written) {
        Map<Long, LedgerChange> changes = new LinkedHashMap<>();
        UsageLine last = null;
        for (UsageLine line : lines) {
            if (last == null || last.organizationId() != line.organizationId()) {
                last = line;
                Position position = written.positions().get(line.organizationId());
                if (position != null) {
                    BookingPlan.Step step = written.plan().steps.get(line.organizationId());
                    changes.put(
                            line.organizationId(),
                            new LedgerChange(
                                    line.agentSpend.agent.organization.publicId,
                                    position.entrySeq(),
                                    step == null
                                            ? position.entrySeq()
                                            : step.from().entrySeq(),
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

    private static Spend spend(SpendSlot slot, Scope scope, long spentNanos) {
        return new Spend(
                scope,
                slot.agent.publicId,
                slot.externalUserPublicId(),
                LocalDate.ofEpochDay(slot.windowDay),
                spentNanos);
    }
}
