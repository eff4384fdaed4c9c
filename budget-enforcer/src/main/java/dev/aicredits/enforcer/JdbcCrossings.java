package dev.aicredits.enforcer;

import dev.aicredits.budget.MonthWindow;
import dev.aicredits.enforcer.Cause.Crossing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.ToLongFunction;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds the ledger entries that took targets across their limits, from the newest entry back.
 *
 * <p>Entries are not indexed by agent: what crossed a moment ago is among an organization's newest, which is where a stop
 * in time looks. A budget that was lowered was crossed by an entry long ago, or none; nobody has to find that.
 */
final class JdbcCrossings {

    // Of who is stopped in time it is one of the newest, and reading more of them keeps the stop waiting.
    private static final int[] DEPTHS = {50, 1_000, 50_000};

    // Going back, the spend after an entry is the present one less what newer entries added.
    private static final String OF_BUDGETS = """
            SELECT n.position, c.entry_seq, c.dedupe_key, c.booked_at, 'usage' AS entry_kind
              FROM unnest(:organizations::bigint[], :agents::bigint[], :users::bigint[], :limits::bigint[],
                          :spents::bigint[], :seqs::bigint[])
                   WITH ORDINALITY AS n (organization_id, agent_id, external_user_id, limit_nanos, spent_nanos,
                                         entry_seq, position)
             CROSS JOIN LATERAL (
                   SELECT e.entry_seq, e.dedupe_key, e.booked_at, e.amount_nanos,
                          n.spent_nanos + coalesce(sum(e.amount_nanos) OVER (
                              ORDER BY e.entry_seq DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
                              AS spent_after_nanos
                     FROM (SELECT * FROM ledger_entry
                            WHERE organization_id = n.organization_id AND entry_seq <= n.entry_seq
                            ORDER BY entry_seq DESC LIMIT :depth) e
                    WHERE e.entry_kind = 1 AND e.agent_id = n.agent_id
                      AND CASE n.external_user_id WHEN 0 THEN true WHEN -1 THEN e.external_user_id IS NULL
                               ELSE e.external_user_id = n.external_user_id END
                      AND e.occurred_at >= :from AND e.occurred_at < :until) c
             WHERE c.spent_after_nanos >= n.limit_nanos AND c.spent_after_nanos + c.amount_nanos < n.limit_nanos
            """;

    // The newest entry before or after which the balance was on the other side. If that was before it, it crossed; if
    // after, the entry that did is in the archive and not here. The first entry had nothing before it.
    private static final String OF_CREDITS = """
            SELECT n.position, e.entry_seq, e.dedupe_key, e.booked_at, k.name AS entry_kind
              FROM unnest(:organizations::bigint[], :seqs::bigint[], :exhausted::boolean[])
                   WITH ORDINALITY AS n (organization_id, entry_seq, exhausted, position)
             CROSS JOIN LATERAL (
                   SELECT * FROM ledger_entry
                    WHERE organization_id = n.organization_id AND entry_seq <= n.entry_seq
                      AND ((balance_after_nanos - amount_nanos > 0) = n.exhausted
                           OR (balance_after_nanos > 0) = n.exhausted OR entry_seq = 1)
                    ORDER BY entry_seq DESC LIMIT 1) e
              JOIN entry_kind k ON k.entry_kind = e.entry_kind
             WHERE (e.balance_after_nanos > 0) <> n.exhausted
            """;

    private final JdbcClient jdbc;

    JdbcCrossings(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** The crossing entry of each finding that transits and has one. */
    Map<Finding, Crossing> of(List<Finding> findings, MonthWindow window) {
        Map<Finding, Crossing> crossings = new HashMap<>();
        List<Finding> credits = findings.stream().filter(Finding::isOfCredits).toList();
        List<Finding> budgets = findings.stream()
                .filter(finding -> !finding.isOfCredits() && finding.exhausted())
                .toList();
        ofCredits(credits, crossings);
        for (int depth : DEPTHS) {
            ofBudgets(
                    budgets.stream()
                            .filter(finding -> !crossings.containsKey(finding))
                            .toList(),
                    window,
                    depth,
                    crossings);
        }
        return crossings;
    }

    private void ofCredits(List<Finding> findings, Map<Finding, Crossing> crossings) {
        if (findings.isEmpty()) {
            return;
        }
        jdbc.sql(OF_CREDITS)
                .param("organizations", longs(findings, finding -> finding.key().organizationId()))
                .param("seqs", longs(findings, Finding::entrySeq))
                .param("exhausted", findings.stream().map(Finding::exhausted).toArray(Boolean[]::new))
                .query(row -> {
                    crossings.put(findings.get((int) row.getLong("position") - 1), crossing(row));
                });
    }

    private void ofBudgets(List<Finding> findings, MonthWindow window, int depth, Map<Finding, Crossing> crossings) {
        if (findings.isEmpty()) {
            return;
        }
        jdbc.sql(OF_BUDGETS)
                .param("organizations", longs(findings, finding -> finding.key().organizationId()))
                .param("agents", longs(findings, finding -> finding.key().agentId()))
                .param("users", longs(findings, finding -> finding.key().externalUserId()))
                .param("limits", longs(findings, finding -> Objects.requireNonNull(finding.limitNanos())))
                .param("spents", longs(findings, finding -> Objects.requireNonNull(finding.spentNanos())))
                .param("seqs", longs(findings, Finding::entrySeq))
                .param("depth", depth)
                .param("from", JdbcTargets.timestamp(window.startUtc()))
                .param("until", JdbcTargets.timestamp(window.endUtc()))
                .query(row -> {
                    crossings.put(findings.get((int) row.getLong("position") - 1), crossing(row));
                });
    }

    private static Crossing crossing(ResultSet row) throws SQLException {
        return new Crossing(
                row.getLong("entry_seq"),
                row.getObject("dedupe_key", UUID.class),
                row.getString("entry_kind"),
                Objects.requireNonNull(JdbcTargets.instant(row, "booked_at")));
    }

    private static Long[] longs(List<Finding> findings, ToLongFunction<Finding> column) {
        return findings.stream().map(column::applyAsLong).toArray(Long[]::new);
    }
}
