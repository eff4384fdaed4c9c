package dev.aicredits.enforcer;

import dev.aicredits.budget.MonthWindow;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.money.Usd;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The decisions that are not published yet. They are locked while they are sent and marked once the broker has them, so
 * that of one target one process sends one version at a time: what another has under its lock is left to it, and the next
 * version is not decided before this one is marked. A process that dies in between has sent it, or another does.
 */
final class JdbcSignals {

    // Locked without an order, as nobody waits for a lock here: an order would make a plan go through all targets. The
    // commit does not wait for the disk: a mark that is lost has the same signal sent again, with its version.
    private static final String LOCK = """
            WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
            e AS MATERIALIZED (
                SELECT * FROM enforcement
                 WHERE published_version < version AND organization_id = ANY(:organizations)
                 LIMIT :max
                   FOR UPDATE SKIP LOCKED)
            SELECT e.*, o.public_id AS organization, a.public_id AS agent, u.public_id AS external_user
              FROM e CROSS JOIN unhurried
              JOIN organization o ON o.organization_id = e.organization_id
              LEFT JOIN agent a ON a.organization_id = e.organization_id AND a.agent_id = e.agent_id
              LEFT JOIN external_user u
                ON u.organization_id = e.organization_id AND u.external_user_id = e.external_user_id
             ORDER BY e.organization_id, e.agent_id, e.external_user_id
            """;

    private static final String MARK = """
            UPDATE enforcement SET published_version = ?
             WHERE organization_id = ? AND agent_id = ? AND external_user_id = ? AND version = ?
            """;

    private static final String MARK_STOP = """
            UPDATE incident SET stop_published_at = ?
             WHERE organization_id = ? AND agent_id = ? AND external_user_id = ? AND version = ?
            """;

    private static final String MARK_RESUME = """
            UPDATE incident SET resume_published_at = ?
             WHERE organization_id = ? AND agent_id = ? AND external_user_id = ? AND version = ? - 1
            """;

    /** The most that are locked and sent together. */
    static final int SIGNALS_MAX = 1_000;

    /** A signal and its target in the tables' keys. */
    private record Pending(TargetKey key, ControlSignal signal) {}

    private final JdbcClient jdbc;
    private final JdbcTemplate template;
    private final TransactionTemplate transaction;
    private final Clock clock;

    JdbcSignals(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.template = new JdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.clock = clock;
    }

    /**
     * Lets {@code send} send what those organizations have unpublished, and marks it. What {@code send} throws leaves all
     * of it unpublished.
     *
     * @return what was sent, some at a time: there may be more
     */
    List<ControlSignal> publish(Collection<Long> organizations, Consumer<List<ControlSignal>> send) {
        return Objects.requireNonNull(transaction.execute(status -> {
            List<Pending> pending = jdbc.sql(LOCK)
                    .param("organizations", organizations.toArray(Long[]::new))
                    .param("max", SIGNALS_MAX)
                    .query((row, number) -> pending(row))
                    .list();
            List<ControlSignal> signals = pending.stream().map(Pending::signal).toList();
            if (!signals.isEmpty()) {
                send.accept(signals);
                mark(pending);
            }
            return signals;
        }));
    }

    private void mark(List<Pending> pending) {
        OffsetDateTime now = JdbcTargets.timestamp(clock.instant());
        template.batchUpdate(MARK, pending, pending.size(), (row, one) -> {
            row.setLong(1, one.signal().version());
            JdbcTargets.setKey(row, 2, one.key());
            row.setLong(5, one.signal().version());
        });
        Map<Boolean, List<Pending>> byStops = pending.stream()
                .collect(Collectors.partitioningBy(one -> one.signal().stops()));
        markIncidents(MARK_STOP, Objects.requireNonNull(byStops.get(true)), now);
        markIncidents(MARK_RESUME, Objects.requireNonNull(byStops.get(false)), now);
    }

    private void markIncidents(String mark, List<Pending> pending, OffsetDateTime now) {
        template.batchUpdate(mark, pending, Math.max(1, pending.size()), (row, one) -> {
            row.setObject(1, now);
            JdbcTargets.setKey(row, 2, one.key());
            row.setLong(5, one.signal().version());
        });
    }

    private static Pending pending(ResultSet row) throws SQLException {
        TargetKey key = JdbcTargets.key(row);
        LocalDate window = row.getObject("window_start", LocalDate.class);
        ControlSignal signal = new ControlSignal(
                JdbcTargets.target(row),
                row.getLong("version"),
                usd(row, "limit_nanos"),
                usd(row, "spent_nanos"),
                Usd.ofNanos(row.getLong("balance_nanos")),
                key.agentId() == 0 ? null : new MonthWindow(window).endUtc(),
                row.getString("cause"),
                row.getString("caused_by"),
                Objects.requireNonNull(JdbcTargets.instant(row, "decided_at")));
        return new Pending(key, signal);
    }

    private static @Nullable Usd usd(ResultSet row, String column) throws SQLException {
        Long nanos = row.getObject(column, Long.class);
        return nanos == null ? null : Usd.ofNanos(nanos);
    }
}
