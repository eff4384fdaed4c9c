package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.budget.AlertPercents;
import dev.aicredits.budget.MonthWindow;
import dev.aicredits.control.Target;
import dev.aicredits.messaging.BillingHint.Moved;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Margins against the statement that they save: inside one it finds nothing to do and nobody exhausted, on random states. */
class MarginTest {

    private static final Instant NOW = Instant.parse("2028-02-29T12:00:00Z");
    private static final MonthWindow MONTH = MonthWindow.of(NOW);
    private static final int ORGANIZATIONS = 30;
    private static final long NANOS_MAX = Long.MAX_VALUE / 200;
    private static final Target AGENT = Target.agent("org", "ag");

    @Test
    void insideAMarginThereIsNothingToDoAndNobodyExhaustedWhateverWasTold() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        try (EnforcerSystem system = EnforcerSystem.create(NOW)) {
            system.dropHints();
            List<Target> targets = new ArrayList<>();
            for (int i = 0; i < ORGANIZATIONS; i++) {
                targets.addAll(populate(system, "org_" + i, random));
            }
            told(system.superuser(), random);
            JdbcFindings findings = new JdbcFindings(system.app(), AlertPercents.USUAL);
            Map<Target, Margin> margins = findings.ofTargets(targets, MONTH).margins();

            int outside = 0;
            for (Map.Entry<Target, Margin> one : margins.entrySet()) {
                Margin margin = one.getValue();
                for (long nanos : inside(margin, random)) {
                    assertThat(dueAt(system, findings, one.getKey(), nanos))
                            .as("seed %d, %s at %d", seed, one, nanos)
                            .isEmpty();
                }
                if (margin.toNanos() < NANOS_MAX
                        && !dueAt(system, findings, one.getKey(), margin.toNanos() + 1)
                                .isEmpty()) {
                    outside++;
                }
            }
            assertThat(outside).as("seed %d, of %s", seed, margins).isPositive();

            system.superuser()
                    .sql("UPDATE enforcement SET version = 0, published_version = 0")
                    .update();
            margins.forEach((target, margin) -> {
                for (long nanos : inside(margin, random)) {
                    assertThat(dueAt(system, findings, target, nanos))
                            .as("seed %d, %s in %s at %d", seed, target, margin, nanos)
                            .noneMatch(Finding::exhausted);
                }
            });
        }
    }

    private static List<Long> inside(Margin margin, Random random) {
        return List.of(margin.fromNanos(), margin.toNanos(), between(random, margin.fromNanos(), margin.toNanos()));
    }

    @Test
    void aMarginCountsInItsMonthAndForItsBudgets() {
        Margins margins = new Margins();
        margins.learn(List.of(AGENT), Map.of(AGENT, new Margin(MONTH, 3, 10, 20)), margins.begin());
        MonthWindow next = new MonthWindow(MONTH.start().plusMonths(1));

        assertThat(margins.cover(moved(MONTH, 10), MONTH)).isTrue();
        assertThat(margins.cover(moved(MONTH, 20), MONTH)).isTrue();
        assertThat(margins.cover(moved(MONTH, 9), MONTH)).isFalse();
        assertThat(margins.cover(moved(MONTH, 21), MONTH)).isFalse();
        assertThat(margins.cover(moved(next, 21), MONTH)).as("another month's").isTrue();
        assertThat(margins.cover(moved(next, 15), next)).as("when it turned").isFalse();

        margins.budgetsAt("org", 3);
        assertThat(margins.cover(moved(MONTH, 15), MONTH)).isTrue();
        margins.budgetsAt("org", 4);
        margins.budgetsAt("org", 2);
        assertThat(margins.cover(moved(MONTH, 15), MONTH)).as("other budgets").isFalse();
    }

    @Test
    void whatWasDecidedAboutIsForgottenAndALookFromBeforeItLearnsNothing() {
        Margins margins = new Margins();
        Map<Target, Margin> found = Map.of(AGENT, new Margin(MONTH, 3, 10, 20));
        margins.learn(List.of(AGENT), found, margins.begin());
        Margins.Beginning before = margins.begin();

        margins.forget(List.of(AGENT));
        margins.learn(List.of(AGENT), found, before);
        assertThat(margins.cover(moved(MONTH, 15), MONTH)).isFalse();

        margins.learn(List.of(AGENT), found, margins.begin());
        assertThat(margins.cover(moved(MONTH, 15), MONTH)).isTrue();
        before = margins.begin();
        margins.forgetAll();
        margins.learn(List.of(AGENT), found, before);
        assertThat(margins.cover(moved(MONTH, 15), MONTH)).isFalse();
    }

    @Test
    void aLookThatFindsNoMarginLeavesNone() {
        Margins margins = new Margins();
        margins.learn(List.of(AGENT), Map.of(AGENT, new Margin(MONTH, 3, 10, 20)), margins.begin());
        assertThat(margins.cover(moved(MONTH, 15), MONTH)).isTrue();

        margins.learn(List.of(AGENT), Map.of(), margins.begin());
        assertThat(margins.cover(moved(MONTH, 15), MONTH)).isFalse();
    }

    private static Moved moved(MonthWindow month, long nanos) {
        return new Moved(AGENT, month.start(), nanos);
    }

    private static List<Target> populate(EnforcerSystem system, String organization, Random random) {
        String agent = organization + "_a";
        system.open(organization, random.nextInt(3) * 40L, agent);
        if (random.nextInt(4) > 0) {
            system.policy(organization, agent, RandomBudget.next(random));
        }
        if (random.nextInt(3) == 0) {
            system.userLimit(organization, agent, "u", random.nextLong(12));
        }
        system.use(organization, agent, "u", 1 + random.nextInt(12));
        system.use(organization, agent, null, 1 + random.nextInt(12));
        return List.of(
                Target.organization(organization),
                Target.agent(organization, agent),
                Target.anonymous(organization, agent),
                Target.externalUser(organization, agent, "u"));
    }

    /** Has told some of them something, right or not; what is not right is due. */
    private static void told(JdbcClient superuser, Random random) {
        superuser
                .sql("""
                        INSERT INTO enforcement (organization_id, agent_id, external_user_id, version, published_version,
                                                 window_start, alert_window, alert_percent, credit_nanos)
                        SELECT organization_id, agent_id, external_user_id, version, version, :month,
                               CASE WHEN agent_id = 0 THEN 1 ELSE :day END, percent,
                               CASE WHEN agent_id = 0 THEN height END
                          FROM (SELECT 0 AS agent_id, 0 AS external_user_id, organization_id, balance_nanos + x AS height
                                  FROM organization_balance CROSS JOIN (SELECT :height AS x) h
                                 UNION ALL
                                SELECT agent_id, 0, organization_id, 0 FROM agent_spend
                                 UNION ALL
                                SELECT agent_id, -1, organization_id, 0 FROM agent_spend
                                 UNION ALL
                                SELECT agent_id, external_user_id, organization_id, 0 FROM external_user_spend) t
                         CROSS JOIN LATERAL (SELECT (random() * 2)::int AS version,
                                                    (ARRAY[0, 50, 80, 100])[1 + (random() * 3)::int] AS percent, t.agent_id AS per_row) r
                         WHERE random() < 0.8
                        """)
                .param("month", MONTH.start())
                .param("day", MONTH.start().toEpochDay())
                .param("height", random.nextInt(60))
                .update();
    }

    private static List<Finding> dueAt(EnforcerSystem system, JdbcFindings findings, Target target, long nanos) {
        set(system.superuser(), target, Math.max(-NANOS_MAX, Math.min(nanos, NANOS_MAX)));
        return findings.ofTargets(List.of(target), MONTH).due();
    }

    private static void set(JdbcClient superuser, Target target, long nanos) {
        String update =
                switch (target.layer()) {
                    case ORGANIZATION_CREDITS -> "UPDATE organization_balance t SET balance_nanos = :nanos WHERE true";
                    case AGENT -> "UPDATE agent_spend t SET spent_nanos = :nanos WHERE window_start = :month";
                    case ANONYMOUS -> "UPDATE agent_spend t SET anonymous_nanos = :nanos WHERE window_start = :month";
                    case EXTERNAL_USER ->
                        "UPDATE external_user_spend t SET spent_nanos = :nanos WHERE window_start = :month";
                };
        superuser
                .sql(update
                        + " AND t.organization_id = (SELECT organization_id FROM organization WHERE public_id = :id)")
                .params(Map.of("nanos", nanos, "month", MONTH.start(), "id", target.organizationId()))
                .update();
    }

    private static long between(Random random, long from, long to) {
        long least = Math.max(from, -NANOS_MAX);
        long most = Math.min(to, NANOS_MAX);
        return least >= most ? least : random.nextLong(least, most);
    }
}
