package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.budget.AlertPercents;
import dev.aicredits.budget.BudgetDecision;
import dev.aicredits.budget.BudgetFacts;
import dev.aicredits.budget.BudgetLayer;
import dev.aicredits.budget.JdbcBudgets;
import dev.aicredits.budget.LayerUse;
import dev.aicredits.budget.MonthWindow;
import dev.aicredits.control.Target;
import dev.aicredits.ledger.JdbcOrganizations;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The SQL that judges many targets at once against the pure decision about one, on random states. */
class FindingsTest {

    private static final Instant NOW = Instant.parse("2028-02-29T12:00:00Z");
    private static final int ORGANIZATIONS = 12;
    private static final List<String> USERS = List.of("u1", "u2", "u3");

    @Test
    void theStatementDecidesAsTheDecisionDoes() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        try (EnforcerSystem system = EnforcerSystem.create(NOW)) {
            system.dropHints();
            Map<Target, LayerUse> expected = new HashMap<>();
            for (int i = 0; i < ORGANIZATIONS; i++) {
                populate(system, "org_" + i, random);
            }
            JdbcBudgets budgets = new JdbcBudgets(system.app(), system.clock);
            for (int i = 0; i < ORGANIZATIONS; i++) {
                expect(budgets, "org_" + i, expected);
            }
            List<Finding> found = new JdbcFindings(system.app(), AlertPercents.USUAL)
                    .ofTargets(expected.keySet(), MonthWindow.of(NOW))
                    .due();

            Map<Target, Finding> findings = new HashMap<>();
            found.forEach(finding -> findings.put(finding.target(), finding));
            expected.forEach((target, layer) -> compare("seed " + seed, target, layer, findings.get(target)));
            assertThat(findings.values())
                    .as("seed %d", seed)
                    .anyMatch(Finding::exhausted)
                    .anyMatch(finding -> !finding.exhausted());
        }
    }

    private static void compare(String seed, Target target, LayerUse layer, @Nullable Finding finding) {
        boolean stops = layer.exhausted() && layer.effect() == LayerUse.Effect.BLOCKS;
        assertThat(finding != null && finding.exhausted())
                .as("%s, %s: %s", seed, target, layer)
                .isEqualTo(stops);
        if (layer.layer() != BudgetLayer.ORGANIZATION_CREDITS) {
            int reached = layer.effect() == LayerUse.Effect.NONE
                    ? 0
                    : AlertPercents.USUAL.reached(layer.spentNanos(), layer.limitNanos());
            assertThat(finding == null ? 0 : finding.alerting().reachedPercent())
                    .as("%s, %s: %s", seed, target, layer)
                    .isEqualTo(reached);
        }
    }

    private static void populate(EnforcerSystem system, String organization, Random random) {
        List<String> agents = List.of(organization + "_a1", organization + "_a2");
        system.open(organization, random.nextInt(60), agents.toArray(String[]::new));
        JdbcOrganizations organizations = new JdbcOrganizations(system.app(), system.clock);
        // Whom nobody has seen can't be told.
        USERS.forEach(user -> organizations.registerExternalUser(organization, user, user));
        for (String agent : agents) {
            if (random.nextInt(4) > 0) {
                system.policy(organization, agent, RandomBudget.next(random));
            }
            for (String user : USERS) {
                if (random.nextInt(3) == 0) {
                    system.userLimit(organization, agent, user, (long) random.nextInt(12));
                }
                if (random.nextBoolean()) {
                    system.use(organization, agent, user, random.nextInt(12));
                }
            }
            system.use(organization, agent, null, random.nextInt(12));
            system.use(organization, agent, null, 50, NOW.minusSeconds(86_400 * 40));
        }
    }

    private static void expect(JdbcBudgets budgets, String organization, Map<Target, LayerUse> expected) {
        for (String agent : List.of(organization + "_a1", organization + "_a2")) {
            for (String user : USERS) {
                add(
                        decision(budgets, organization, agent, user),
                        Target.externalUser(organization, agent, user),
                        expected);
            }
            BudgetDecision anonymous = decision(budgets, organization, agent, null);
            add(anonymous, Target.anonymous(organization, agent), expected);
            Optional.ofNullable(anonymous.agent())
                    .ifPresent(layer -> expected.put(Target.agent(organization, agent), layer));
            expected.put(Target.organization(organization), anonymous.credits());
        }
    }

    private static void add(BudgetDecision decision, Target target, Map<Target, LayerUse> expected) {
        Optional.ofNullable(decision.spender()).ifPresent(layer -> expected.put(target, layer));
    }

    private static BudgetDecision decision(
            JdbcBudgets budgets, String organization, String agent, @Nullable String user) {
        BudgetFacts facts = budgets.facts(organization, agent, user).orElseThrow();
        return BudgetDecision.of(facts);
    }
}
