package dev.aicredits.spending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient.Answer;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.testkit.Patience;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetsOverHttpTest {

    private final SpendingOrganization org = new SpendingOrganization("10");

    @Test
    void aPolicyIsChangedMemberByMember() {
        Answer set = org.owner.patch(
                org.agentBudget(),
                "{\"enabled\":true,\"monthlyBudgetUsd\":12.340000001,\"defaultUserBudgetUsd\":0,"
                        + "\"anonymousMonthlyBudgetUsd\":5,\"currency\":\"USD\",\"enforcementMode\":\"hard_block\"}");

        assertThat(set.body())
                .isEqualTo("{\"enabled\":true,\"monthlyBudgetUsd\":12.340000001,\"defaultUserBudgetUsd\":0,"
                        + "\"anonymousMonthlyBudgetUsd\":5,\"currency\":\"USD\",\"enforcementMode\":\"hard_block\"}");

        Answer changed = org.owner.patch(
                org.agentBudget(), "{\"defaultUserBudgetUsd\":null,\"enforcementMode\":\"alert_only\"}");

        assertThat(changed.body())
                .isEqualTo("{\"enabled\":true,\"monthlyBudgetUsd\":12.340000001,\"defaultUserBudgetUsd\":null,"
                        + "\"anonymousMonthlyBudgetUsd\":5,\"currency\":\"USD\",\"enforcementMode\":\"alert_only\"}");
        assertThat(actions()).containsExactly("agent_budget_changed", "agent_budget_changed");
    }

    @Test
    void whatChangesNothingLeavesNoAuditRecord() {
        org.owner.patch(org.agentBudget(), "{}");
        org.owner.delete(org.userBudget("user"));

        assertThat(actions()).isEmpty();
    }

    /** Whoever was stopped goes on at once, and not when somebody happens to look. */
    @Test
    void aChangeIsAnnouncedAndWhatChangesNothingIsNot() {
        org.owner.patch(org.agentBudget(), "{}");
        org.owner.patch(org.agentBudget(), "{\"monthlyBudgetUsd\":8}");
        org.owner.delete(org.userBudget("user"));
        org.owner.put(org.userBudget("user"), "{\"monthlyBudgetUsd\":1}");

        String id = org.organization.id();
        Patience.awaitTrue(
                "two changes are announced",
                () -> ApiSystem.shared().announced(id).size() == 2);
        assertThat(ApiSystem.shared().announced(id))
                .containsExactly(
                        "dev.aicredits.budgets.changed.v1 {\"organizationId\":\"" + id + "\",\"revision\":1}",
                        "dev.aicredits.budgets.changed.v1 {\"organizationId\":\"" + id + "\",\"revision\":2}");
    }

    @Test
    void theSnapshotSaysWhatIsLeftForTheRunningAgent() {
        org.owner.patch(org.agentBudget(), "{\"monthlyBudgetUsd\":8,\"defaultUserBudgetUsd\":3}");
        org.use("user", "1.25", null);
        org.reserve("0.5");

        Answer snapshot = org.snapshot("?externalUserId=user");

        assertThat(snapshot.body())
                .contains(
                        "\"enabled\":true",
                        "\"currency\":\"USD\"",
                        "\"identityType\":\"identified\"",
                        "\"externalUserId\":\"user\"",
                        "\"budgetSource\":\"default_user\"",
                        "\"agentMonthlyBudgetUsd\":8,",
                        "\"agentCurrentMonthSpendUsd\":1.25",
                        "\"agentRemainingBudgetUsd\":6.25",
                        "\"userMonthlyBudgetUsd\":3,",
                        "\"userCurrentMonthSpendUsd\":1.25",
                        "\"userRemainingBudgetUsd\":1.25",
                        "\"organizationCreditsRemainingUsd\":8.25",
                        "\"effectiveRemainingUsd\":1.25",
                        "\"status\":\"healthy\"");
        assertThat(org.snapshot("").body())
                .contains(
                        "\"identityType\":\"anonymous\"",
                        "\"externalUserId\":null",
                        "\"budgetSource\":\"none\"",
                        "\"userMonthlyBudgetUsd\":null",
                        "\"effectiveRemainingUsd\":6.25");
    }

    /** Platforms choose them; a path has them escaped. */
    @ParameterizedTest
    @CsvSource({"team/agent, team%2Fagent", "100%, 100%25", "a;b=c, a%3Bb%3Dc", "a b?, a%20b%3F", "%2F, %252F"})
    void idsThatSayOtherThingsInAPathAreIds(String id, String segment) {
        String agent = id + org.organization.id();
        org.register(agent);
        String path = org.path("/agents/" + segment + org.organization.id() + "/budget");

        assertThat(org.owner.patch(path, "{\"monthlyBudgetUsd\":8}").status()).isEqualTo(200);
        assertThat(org.owner
                        .get("/api/v1/agents/" + segment + org.organization.id() + "/budget")
                        .text("agentMonthlyBudgetUsd"))
                .isEqualTo("8");
        assertThat(org.owner
                        .put(org.userBudget(segment), "{\"monthlyBudgetUsd\":2}")
                        .text("externalUserId"))
                .isEqualTo(id);
    }

    @Test
    void aUsersOwnBudgetIsSetShownAndTakenAway() {
        Answer set = org.owner.put(org.userBudget("new_user"), "{\"monthlyBudgetUsd\":2.5}");

        assertThat(set.text("budgetSource")).isEqualTo("explicit");
        assertThat(set.text("userRemainingBudgetUsd")).isEqualTo("2.5");
        assertThat(org.owner.get(org.userBudget("new_user")).body()).isEqualTo(set.body());
        assertThat(org.owner
                        .put(org.userBudget("new_user"), "{\"monthlyBudgetUsd\":0}")
                        .text("status"))
                .isEqualTo("blocked");

        assertThat(org.owner.delete(org.userBudget("new_user")).status()).isEqualTo(204);
        assertThat(org.owner.delete(org.userBudget("new_user")).status()).isEqualTo(204);
        assertThat(org.owner.get(org.userBudget("new_user")).text("budgetSource"))
                .isEqualTo("none");
        assertThat(actions()).hasSize(3).containsOnly("external_user_budget_changed");
    }

    @Test
    void whoMayNotManageBillingChangesNoBudget() {
        assertThat(org.organization
                        .with(Role.DEVELOPER)
                        .patch(org.agentBudget(), "{}")
                        .outcome())
                .isEqualTo("403 forbidden");
        assertThat(org.organization
                        .with(Role.DEVELOPER)
                        .get(org.userBudget("user"))
                        .status())
                .isEqualTo(200);
        assertThat(org.organization
                        .with(Role.VIEWER)
                        .get("/api/v1/agents/" + org.agent + "/budget")
                        .outcome())
                .isEqualTo("403 forbidden");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"monthlyBudgetUsd\":-1} | 400 amount_invalid",
                "{\"monthlyBudgetUsd\":0.0000000001} | 400 amount_invalid",
                "{\"monthlyBudgetUsd\":1000000000.01} | 400 amount_invalid",
                "{\"monthlyBudgetUsd\":1e2000000000} | 400 amount_invalid",
                "{\"monthlyBudgetUsd\":\"5\"} | 400 amount_invalid",
                "{\"monthlyBudgetUsd\":{}} | 400 amount_invalid",
                "{\"monthlyBudgetUsd\":NaN} | 400 malformed_body",
                "{\"defaultUserBudgetUsd\":-1} | 400 amount_invalid",
                "{\"anonymousMonthlyBudgetUsd\":-1} | 400 amount_invalid",
                "{\"currency\":\"EUR\"} | 400 currency_unsupported",
                "{\"enforcementMode\":\"soft\"} | 400 enforcement_mode_unknown",
                "{\"enabled\":1} | 400 invalid_field",
                "{\"limit\":1} | 400 invalid_field",
                "null | 400 malformed_body"
            })
    void aBadPolicyIsRefusedByNameAndChangesNothing(String body, String outcome) {
        assertThat(org.owner.patch(org.agentBudget(), body).outcome()).isEqualTo(outcome);
        assertThat(org.owner.patch(org.agentBudget(), "{}").text("enforcementMode"))
                .isEqualTo("hard_block");
        assertThat(actions()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 400 amount_invalid",
                "{\"monthlyBudgetUsd\":null} | 400 amount_invalid",
                "{\"monthlyBudgetUsd\":-0.01} | 400 amount_invalid",
                "{\"monthlyBudgetUsd\":1,\"currency\":\"usd\"} | 400 currency_unsupported"
            })
    void aBadUserBudgetIsRefusedByNameAndChangesNothing(String body, String outcome) {
        assertThat(org.owner.put(org.userBudget("user"), body).outcome()).isEqualTo(outcome);
        assertThat(org.owner.get(org.userBudget("user")).text("budgetSource")).isEqualTo("none");
    }

    @Test
    void anUnknownAgentHasNoBudget() {
        SpendingOrganization other = new SpendingOrganization("10");
        for (String agent : List.of("ag_none", other.agent, "x".repeat(129))) {
            String path = org.path("/agents/" + agent);
            assertThat(org.owner.patch(path + "/budget", "{}").outcome()).isEqualTo("404 agent_not_found");
            assertThat(org.owner.get(path + "/external-users/user/budget").outcome())
                    .isEqualTo("404 agent_not_found");
            assertThat(org.owner
                            .put(path + "/external-users/user/budget", "{\"monthlyBudgetUsd\":1}")
                            .outcome())
                    .isEqualTo("404 agent_not_found");
            assertThat(org.owner.delete(path + "/external-users/user/budget").outcome())
                    .isEqualTo("404 agent_not_found");
            assertThat(org.owner.get("/api/v1/agents/" + agent + "/budget").outcome())
                    .isEqualTo("404 agent_not_found");
        }
        assertThat(org.owner.get(org.userBudget("a%00b")).status()).isEqualTo(400);
        assertThat(org.owner
                        .put(org.userBudget("x".repeat(257)), "{\"monthlyBudgetUsd\":1}")
                        .outcome())
                .isEqualTo("400 invalid_parameter");
    }

    @Test
    void incidentsArePagedTheNewestFirst() {
        ApiSystem.shared().superuser().sql("""
                INSERT INTO incident (organization_id, agent_id, external_user_id, version, scope, limit_nanos, spent_nanos,
                                      balance_nanos, cause, decided_entry_seq, stopped_at, overshoot_nanos)
                SELECT o.organization_id, a.agent_id, 0, n, 'agent', 5000000000, 5250000000, 4750000000, 'usage', n,
                       TIMESTAMPTZ '2026-03-01T00:00:00.000001Z' + make_interval(mins => n / 2), 250000000
                  FROM organization o JOIN agent a USING (organization_id), generate_series(1, 5) n
                 WHERE o.public_id = ?
                """).param(org.organization.id()).update();

        Answer first = org.owner.get(org.path("/incidents?pageSize=3"));
        Answer second = org.owner.get(org.path("/incidents?pageSize=3&cursor=" + first.text("nextCursor")));

        assertThat(first.json().path("data").size()).isEqualTo(3);
        assertThat(second.json().path("data").size()).isEqualTo(2);
        assertThat(second.json().path("nextCursor").isNull()).isTrue();
        assertThat(first.body())
                .contains(
                        "\"scope\":\"agent\"",
                        "\"reason\":\"agent_budget_exhausted\"",
                        "\"agentId\":\"" + org.agent + "\"",
                        "\"limitUsd\":5,",
                        "\"spentUsd\":5.25",
                        "\"overshootUsd\":0.25",
                        "\"stoppedOn\":\"2026-03-01T00:02:00.000001Z\"");
        assertThat(first.body() + second.body()).doesNotContain("\"error\"");
        assertThat(org.owner.get(org.path("/incidents?cursor=nonsense")).outcome())
                .isEqualTo("400 invalid_parameter");
        assertThat(org.owner.get(org.path("/incidents?pageSize=0")).outcome()).isEqualTo("400 invalid_parameter");
    }

    private List<String> actions() {
        return ApiSystem.shared()
                .superuser()
                .sql("""
                        SELECT action FROM audit_statement WHERE organization_id = ? ORDER BY happened_at
                        """)
                .param(org.organization.id())
                .query(String.class)
                .list();
    }
}
