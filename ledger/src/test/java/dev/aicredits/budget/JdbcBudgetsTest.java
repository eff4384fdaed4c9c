package dev.aicredits.budget;

import static dev.aicredits.budget.EnforcementMode.ALERT_ONLY;
import static dev.aicredits.budget.EnforcementMode.HARD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.budget.BudgetChange.Changed;
import dev.aicredits.budget.BudgetChange.Unchanged;
import dev.aicredits.budget.BudgetChange.UnknownAgent;
import dev.aicredits.budget.Spender.Identified;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.ledger.RatedUsage;
import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rated;
import dev.aicredits.schema.LedgerTestDatabase;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class JdbcBudgetsTest {

    private static final Instant NOW = Instant.parse("2026-03-15T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final LedgerTestDatabase DATABASE = LedgerTestDatabase.create();
    private static final JdbcBudgets BUDGETS = new JdbcBudgets(DATABASE.app(), CLOCK);
    private static final JdbcOrganizations ORGANIZATIONS = new JdbcOrganizations(DATABASE.app(), CLOCK);
    private static final JdbcLedger LEDGER = new JdbcLedger(DATABASE.app(), CLOCK);

    private final String organization = "org_" + UUID.randomUUID();
    private final String agent = "ag_" + UUID.randomUUID();

    JdbcBudgetsTest() {
        ORGANIZATIONS.open(organization, "One");
        ORGANIZATIONS.registerAgent(organization, agent, "Agent", null);
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void aPolicyIsChangedFromWhatItIs() {
        AgentBudget first = new AgentBudget(true, 100L, null, 0L, HARD_BLOCK);
        assertThat(BUDGETS.policy(organization, agent)).contains(AgentBudget.UNSET);

        assertThat(BUDGETS.changePolicy(organization, agent, unset -> first)).isEqualTo(new Changed(1));
        assertThat(BUDGETS.changePolicy(organization, agent, same -> same)).isEqualTo(new Unchanged());
        assertThat(BUDGETS.changePolicy(
                        organization,
                        agent,
                        before -> new AgentBudget(false, before.monthlyLimitNanos(), 7L, null, ALERT_ONLY)))
                .isEqualTo(new Changed(2));

        assertThat(BUDGETS.policy(organization, agent)).contains(new AgentBudget(false, 100L, 7L, null, ALERT_ONLY));
    }

    @Test
    void aChangeThatIsRefusedChangesNothing() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> BUDGETS.changePolicy(organization, agent, before -> {
                    throw new IllegalArgumentException("no");
                }));

        assertThat(BUDGETS.policy(organization, agent)).contains(AgentBudget.UNSET);
    }

    @Test
    void changesOfOneAgentWaitForEachOther() {
        List<CompletableFuture<BudgetChange>> changes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            changes.add(CompletableFuture.supplyAsync(() -> BUDGETS.changePolicy(
                    organization,
                    agent,
                    before -> new AgentBudget(
                            true,
                            before.monthlyLimitNanos() == null ? 1 : before.monthlyLimitNanos() + 1,
                            null,
                            null,
                            HARD_BLOCK))));
        }
        changes.forEach(CompletableFuture::join);

        assertThat(BUDGETS.policy(organization, agent).orElseThrow().monthlyLimitNanos())
                .isEqualTo(8);
        assertThat(BUDGETS.setUserBudget(organization, agent, "u", 1)).isEqualTo(new Changed(9));
    }

    @Test
    void anExternalUsersOwnLimitComesBeforeTheDefault() {
        BUDGETS.changePolicy(organization, agent, unset -> new AgentBudget(true, null, 50L, null, HARD_BLOCK));
        assertThat(source("user_new")).isEqualTo(BudgetSource.DEFAULT_USER);

        assertThat(BUDGETS.setUserBudget(organization, agent, "user_new", 9)).isEqualTo(new Changed(2));
        assertThat(BUDGETS.setUserBudget(organization, agent, "user_new", 9)).isEqualTo(new Unchanged());
        assertThat(source("user_new")).isEqualTo(BudgetSource.EXPLICIT);
        assertThat(BUDGETS.setUserBudget(organization, agent, "user_new", 0)).isEqualTo(new Changed(3));
        assertThat(BudgetDecision.of(
                                BUDGETS.facts(organization, agent, "user_new").orElseThrow())
                        .effectiveRemainingNanos())
                .isZero();

        assertThat(BUDGETS.removeUserBudget(organization, agent, "user_new")).isEqualTo(new Changed(4));
        assertThat(BUDGETS.removeUserBudget(organization, agent, "user_new")).isEqualTo(new Unchanged());
        assertThat(source("user_new")).isEqualTo(BudgetSource.DEFAULT_USER);
    }

    @Test
    void theFactsAreThisMonthsSpendsAndTheBalance() {
        LEDGER.book(NewEntry.topUp(organization, Usd.ofNanos(1_000), UUID.randomUUID(), NOW, "cs_" + organization));
        LEDGER.book(List.of(
                usage("u", NOW, 100),
                usage("v", NOW, 20),
                usage(null, NOW, 3),
                usage("u", NOW.minusSeconds(86_400L * 20), 400)));
        ORGANIZATIONS.registerExternalUser(organization, "u", "Ada");

        BudgetFacts identified = BUDGETS.facts(organization, agent, "u").orElseThrow();
        BudgetFacts anonymous = BUDGETS.facts(organization, agent, null).orElseThrow();

        assertThat(identified)
                .isEqualTo(new BudgetFacts(
                        MonthWindow.of(NOW),
                        AgentBudget.UNSET,
                        new Identified("u", "Ada", null),
                        123,
                        100,
                        477,
                        BudgetFacts.Held.NONE));
        assertThat(anonymous.spenderSpentNanos()).isEqualTo(3);
        assertThat(BUDGETS.facts(organization, agent, "never_seen")
                        .orElseThrow()
                        .spenderSpentNanos())
                .isZero();
    }

    @Test
    void anotherOrganizationsAgentIsAsUnknownAsNone() {
        String other = "org_" + UUID.randomUUID();
        ORGANIZATIONS.open(other, "Two");

        assertThat(BUDGETS.changePolicy(other, agent, before -> new AgentBudget(true, 1L, null, null, HARD_BLOCK)))
                .isEqualTo(new UnknownAgent());
        assertThat(BUDGETS.setUserBudget(other, agent, "u", 1)).isEqualTo(new UnknownAgent());
        assertThat(BUDGETS.removeUserBudget("org_none", agent, "u")).isEqualTo(new UnknownAgent());
        assertThat(BUDGETS.facts(other, agent, null)).isEmpty();
        assertThat(BUDGETS.policy(organization, agent)).contains(AgentBudget.UNSET);
    }

    private BudgetSource source(String user) {
        return BudgetDecision.of(BUDGETS.facts(organization, agent, user).orElseThrow())
                .source();
    }

    private RatedUsage usage(@Nullable String user, Instant time, long nanos) {
        UsageEvent event = new UsageEvent(
                UUID.randomUUID(),
                organization,
                agent,
                user,
                time,
                new Consumption.Counted(UsageKind.TOOL_CALL, "call", 1),
                Usd.ofNanos(nanos));
        return new RatedUsage(event, new Rated.Priced(nanos, Rated.Priced.TRUSTED));
    }
}
