package dev.aicredits.enforcer;

import dev.aicredits.budget.MonthWindow;
import dev.aicredits.control.BudgetAlert;
import dev.aicredits.money.Usd;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The alerts that are not published yet, locked while they are sent and marked once the broker has them. */
final class JdbcAlerts {

    // Locked without an order, as nobody waits for a lock here: an order would make a plan go through all alerts there
    // ever were, in theirs.
    private static final String LOCK = """
            WITH l AS MATERIALIZED (
                SELECT * FROM budget_alert WHERE published_at IS NULL LIMIT :max FOR UPDATE SKIP LOCKED)
            SELECT l.*, o.public_id AS organization, a.public_id AS agent, u.public_id AS external_user
              FROM l
              JOIN organization o ON o.organization_id = l.organization_id
              LEFT JOIN agent a ON a.organization_id = l.organization_id AND a.agent_id = l.agent_id
              LEFT JOIN external_user u
                ON u.organization_id = l.organization_id AND u.external_user_id = l.external_user_id
             ORDER BY l.organization_id, l.agent_id, l.external_user_id, l.alert_window, l.percent
            """;

    private static final String MARK = """
            UPDATE budget_alert SET published_at = ?
             WHERE organization_id = ? AND agent_id = ? AND external_user_id = ? AND alert_window = ? AND percent = ?
            """;

    /** The most that are locked and sent together. */
    static final int ALERTS_MAX = 1_000;

    private record Pending(TargetKey key, BudgetAlert alert) {}

    private final JdbcClient jdbc;
    private final JdbcTemplate template;
    private final TransactionTemplate transaction;
    private final Clock clock;

    JdbcAlerts(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.template = new JdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.clock = clock;
    }

    /** Lets {@code send} send what is unpublished, and marks it; answers how many, of which there may be more. */
    int publish(Consumer<List<BudgetAlert>> send) {
        return Objects.requireNonNull(transaction.execute(status -> {
            List<Pending> pending = jdbc.sql(LOCK)
                    .param("max", ALERTS_MAX)
                    .query((row, number) -> pending(row))
                    .list();
            if (!pending.isEmpty()) {
                send.accept(pending.stream().map(Pending::alert).toList());
                mark(pending);
            }
            return pending.size();
        }));
    }

    private void mark(List<Pending> pending) {
        template.batchUpdate(MARK, pending, pending.size(), (row, one) -> {
            row.setObject(1, JdbcTargets.timestamp(clock.instant()));
            JdbcTargets.setKey(row, 2, one.key());
            row.setLong(5, one.alert().window());
            row.setInt(6, one.alert().percent());
        });
    }

    private static Pending pending(ResultSet row) throws SQLException {
        TargetKey key = JdbcTargets.key(row);
        MonthWindow window = new MonthWindow(row.getObject("window_start", LocalDate.class));
        BudgetAlert alert = new BudgetAlert(
                JdbcTargets.target(row),
                row.getLong("alert_window"),
                row.getInt("percent"),
                Usd.ofNanos(row.getLong("limit_nanos")),
                Usd.ofNanos(row.getLong("spent_nanos")),
                Usd.ofNanos(row.getLong("balance_nanos")),
                key.agentId() == 0 ? null : window.endUtc(),
                Objects.requireNonNull(JdbcTargets.instant(row, "raised_at")));
        return new Pending(key, alert);
    }
}
