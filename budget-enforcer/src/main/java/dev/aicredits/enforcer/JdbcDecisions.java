package dev.aicredits.enforcer;

import dev.aicredits.budget.AlertPercents;
import dev.aicredits.budget.MonthWindow;
import dev.aicredits.enforcer.Cause.Crossing;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes what is decided about targets: their new state, the incident that a stop opens or a resume closes, the alerts.
 * All of it in one transaction, which first locks the organizations' own rows and then looks again, so that deciders of
 * one organization take turns and none writes what it saw before another's turn.
 */
final class JdbcDecisions {

    private static final String OPEN_ORGANIZATIONS = """
            INSERT INTO enforcement (organization_id, agent_id, external_user_id)
            SELECT organization_id, 0, 0 FROM unnest(:organizations::bigint[]) AS organization_id
             ORDER BY organization_id
            ON CONFLICT DO NOTHING
            """;

    private static final String LOCK_ORGANIZATIONS = """
            SELECT organization_id FROM enforcement
             WHERE organization_id = ANY(:organizations) AND agent_id = 0 AND external_user_id = 0
             ORDER BY organization_id
               FOR UPDATE
            """;

    private static final String WRITE_STATE = """
            INSERT INTO enforcement AS e
                   (organization_id, agent_id, external_user_id, window_start, alert_window, alert_percent, credit_nanos)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (organization_id, agent_id, external_user_id) DO UPDATE
               SET window_start = EXCLUDED.window_start, alert_window = EXCLUDED.alert_window,
                   alert_percent = EXCLUDED.alert_percent, credit_nanos = EXCLUDED.credit_nanos
            """;

    private static final String WRITE_TRANSITION = """
            UPDATE enforcement
               SET version = ?, limit_nanos = ?, spent_nanos = ?, balance_nanos = ?, cause = ?, caused_by = ?,
                   decided_at = ?
             WHERE organization_id = ? AND agent_id = ? AND external_user_id = ?
            """;

    private static final String WRITE_ALERT = """
            INSERT INTO budget_alert (organization_id, agent_id, external_user_id, alert_window, percent, limit_nanos,
                                      spent_nanos, balance_nanos, window_start, raised_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """;

    private final JdbcClient jdbc;
    private final JdbcTemplate template;
    private final TransactionTemplate transaction;
    private final JdbcFindings findings;
    private final JdbcCrossings crossings;
    private final JdbcIncidents incidents;
    private final AlertPercents percents;
    private final Clock clock;

    /** Organizations that have their own row, which stays. */
    private final Set<Long> opened = ConcurrentHashMap.newKeySet();

    JdbcDecisions(
            DataSource dataSource,
            JdbcFindings findings,
            JdbcIncidents incidents,
            AlertPercents percents,
            Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.template = new JdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.findings = findings;
        this.crossings = new JdbcCrossings(dataSource);
        this.incidents = incidents;
        this.percents = percents;
        this.clock = clock;
    }

    /**
     * Decides about those targets by what holds now. What is not published yet stays as it is: its publication comes
     * first. Answers the transitions, committed.
     */
    List<Transition> decide(Collection<TargetKey> keys, MonthWindow window) {
        Long[] organizations = organizations(keys);
        List<Transition> decided = transaction.execute(status -> {
            lock(organizations);
            List<Finding> due = findings.ofKeys(keys, window).stream()
                    .filter(finding -> !finding.pending())
                    .toList();
            List<Transition> transitions = transitions(due, window);
            Instant now = clock.instant();
            write(due, transitions, window, now);
            incidents.open(transitions.stream().filter(Transition::stops).toList(), window, now);
            incidents.close(
                    transitions.stream()
                            .filter(transition -> !transition.stops())
                            .toList(),
                    now);
            return transitions;
        });
        opened.addAll(Arrays.asList(organizations));
        return Objects.requireNonNull(decided);
    }

    private static Long[] organizations(Collection<TargetKey> keys) {
        return keys.stream().map(TargetKey::organizationId).distinct().sorted().toArray(Long[]::new);
    }

    /** New rows come before old ones, and each in order, so that none waits for whom it keeps waiting. */
    private void lock(Long[] organizations) {
        if (opened.containsAll(Arrays.asList(organizations)) && locked(organizations) == organizations.length) {
            return;
        }
        jdbc.sql(OPEN_ORGANIZATIONS).param("organizations", organizations).update();
        locked(organizations);
    }

    private int locked(Long[] organizations) {
        return jdbc.sql(LOCK_ORGANIZATIONS)
                .param("organizations", organizations)
                .query(Long.class)
                .list()
                .size();
    }

    private List<Transition> transitions(List<Finding> due, MonthWindow window) {
        List<Finding> transiting = due.stream().filter(Finding::transits).toList();
        Map<Finding, Crossing> found = crossings.of(transiting, window);
        return transiting.stream()
                .map(finding -> new Transition(finding, Cause.of(finding, found.get(finding), window)))
                .toList();
    }

    private void write(List<Finding> due, List<Transition> transitions, MonthWindow window, Instant now) {
        OffsetDateTime at = JdbcTargets.timestamp(now);
        template.batchUpdate(WRITE_STATE, due, Math.max(1, due.size()), (row, finding) -> state(row, finding, window));
        template.batchUpdate(
                WRITE_TRANSITION,
                transitions,
                Math.max(1, transitions.size()),
                (row, transition) -> transition(row, transition, at));
        List<Object[]> alerts = new ArrayList<>();
        due.forEach(finding -> addAlerts(alerts, finding, window, at));
        template.batchUpdate(WRITE_ALERT, alerts);
    }

    private static void state(PreparedStatement row, Finding finding, MonthWindow window) throws SQLException {
        JdbcTargets.setKey(row, 1, finding.key());
        row.setObject(4, window.start());
        row.setLong(5, finding.alerting().window());
        row.setInt(
                6, Math.max(finding.alerting().toldPercent(), finding.alerting().reachedPercent()));
        row.setObject(7, finding.isOfCredits() ? finding.alerting().limitNanos() : null, Types.BIGINT);
    }

    private static void transition(PreparedStatement row, Transition transition, OffsetDateTime at)
            throws SQLException {
        Finding finding = transition.finding();
        row.setLong(1, transition.version());
        row.setObject(2, finding.limitNanos(), Types.BIGINT);
        row.setObject(3, finding.limitNanos() == null ? null : finding.spentNanos(), Types.BIGINT);
        row.setLong(4, finding.balanceNanos());
        row.setString(5, transition.cause().name());
        row.setObject(6, transition.cause().dedupeKey(), Types.OTHER);
        row.setObject(7, at);
        JdbcTargets.setKey(row, 8, finding.key());
    }

    private void addAlerts(List<Object[]> rows, Finding finding, MonthWindow window, OffsetDateTime at) {
        Finding.Alerting alerting = finding.alerting();
        for (int percent : percents.ascending()) {
            if (percent > alerting.toldPercent() && percent <= alerting.reachedPercent()) {
                rows.add(new Object[] {
                    finding.key().organizationId(),
                    finding.key().agentId(),
                    finding.key().externalUserId(),
                    alerting.window(),
                    percent,
                    alerting.limitNanos(),
                    alerting.usedNanos(),
                    finding.balanceNanos(),
                    window.start(),
                    at
                });
            }
        }
    }
}
