package dev.aicredits.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.api.TestUsage;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Agents and what they use, by day, by model and by external user. */
class AgentUsageTest {

    private final TestOrganization organization = ApiSystem.shared().organization();
    private final TestUsage usage = new TestUsage(organization);
    private final Instant now = Instant.now();
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

    @Test
    void agentsAreListedAndRunUntilTheyAreStopped() {
        usage.calls("a", null, "1", 1);
        usage.calls("b", null, "1", 1);
        assertThat(agents()).containsExactly("a active", "b active");

        stop(agentKey("a"), 0);
        assertThat(agents()).containsExactly("a stopped", "b active");
        stop(0, 0);
        assertThat(agents()).containsExactly("a stopped", "b stopped");
    }

    private List<String> agents() {
        return organization
                .owner()
                .get(organization.path("/agents"))
                .json()
                .valueStream()
                .map(agent -> agent.path("id").asString().split("_", 3)[1] + " "
                        + agent.path("status").asString())
                .toList();
    }

    @Test
    void usageIsShownByDayModelAndExternalUser() {
        usage.call("a", "user_1", "gpt-4o", "1", now);
        usage.call("a", "user_1", "gpt-4o", "0.5", now);
        usage.call("a", "user_2", "gpt-4o-mini", "0.25", now);
        usage.call("a", null, "gpt-4o", "2", now.minus(3, ChronoUnit.DAYS));
        usage.call("a", null, "gpt-4o", "9", now.minus(40, ChronoUnit.DAYS));
        usage.toolCall("a", "0.125");
        usage.call("b", "user_1", "gpt-4o", "7", now);

        JsonNode answer = usageOf("a", "?days=7").json();

        assertThat(answer.path("spendByDay")).hasSize(7);
        assertThat(answer.path("spendByDay").get(6).toString())
                .isEqualTo("{\"day\":\"" + today + "\",\"spendUsd\":1.875,\"calls\":4}");
        assertThat(answer.path("spendByDay").get(3).path("spendUsd").asString()).isEqualTo("2");
        assertThat(answer.path("spendByDay").get(4).path("spendUsd").asString()).isEqualTo("0");
        assertThat(answer.path("spendByModel")
                        .valueStream()
                        .map(model -> model.path("usageKind").asString() + " "
                                + model.path("model").asString() + " "
                                + model.path("spendUsd").asString()))
                .containsExactly("inference gpt-4o 3.5", "inference gpt-4o-mini 0.25", "tool_call  0.125");
        assertThat(answer.path("spendUsd").asString()).isEqualTo("3.875");
        assertThat(answer.path("externalUsers")
                        .valueStream()
                        .map(user -> user.path("externalUserId").asString() + " "
                                + user.path("currentMonthSpendUsd").asString()))
                .containsExactly("user_1 1.5", "user_2 0.25");
        assertThat(answer.path("recentCalls").get(0).path("usageKind").asString())
                .isEqualTo("tool_call");
        assertThat(answer.path("recentCalls")).hasSize(6);
        assertThat(answer.path("stop").isNull()).isTrue();
        assertThat(answer.path("budget").isNull()).isTrue();
    }

    @Test
    void budgetsAndStopsAreShownWhereTheyAre() {
        usage.call("a", "user_1", "gpt-4o", "3", now);
        usage.call("a", "user_2", "gpt-4o", "1", now);
        long agent = agentKey("a");
        sql(
                "INSERT INTO agent_budget (organization_id, agent_id, enabled, monthly_limit_nanos, default_user_limit_nanos,"
                        + " enforcement_mode) VALUES (" + organization.organizationKey() + ", " + agent
                        + ", true, 10000000000, 2000000000, 'hard_block')");
        sql("INSERT INTO external_user_budget SELECT organization_id, " + agent
                + ", external_user_id, 5000000000 FROM external_user WHERE public_id = 'user_2' AND organization_id = "
                + organization.organizationKey());
        stop(agent, 0);

        JsonNode answer = usageOf("a", "").json();

        assertThat(answer.path("budget").toString())
                .contains("\"monthlyBudgetUsd\":10,\"remainingUsd\":6,\"usedPercent\":40,\"defaultUserBudgetUsd\":2,");
        assertThat(answer.path("externalUsers").get(0).toString())
                .contains("\"budgetSource\":\"default_user\",\"monthlyBudgetUsd\":2,\"remainingUsd\":-1,");
        assertThat(answer.path("externalUsers").get(1).toString())
                .contains("\"budgetSource\":\"explicit\",\"monthlyBudgetUsd\":5,\"remainingUsd\":4,");
        assertThat(answer.path("stop").path("reason").asString()).isEqualTo("agent_budget_exhausted");
        assertThat(answer.path("status").asString()).isEqualTo("stopped");
    }

    @Test
    void allAgentsTogetherAreTheSumOfEach() {
        usage.call("a", null, "gpt-4o", "1", now);
        usage.call("b", "user_1", "gpt-4o", "2", now);
        usage.call("b", "user_1", "gpt-4o-mini", "4", now);

        JsonNode answer = organization
                .owner()
                .get(organization.path("/embed-usage?days=1"))
                .json();

        assertThat(answer.path("currentMonthSpendUsd").asString()).isEqualTo("7");
        assertThat(answer.path("anonymousCurrentMonthSpendUsd").asString()).isEqualTo("1");
        assertThat(answer.path("spendByDay").toString())
                .isEqualTo("[{\"day\":\"" + today + "\",\"spendUsd\":7,\"calls\":3}]");
        assertThat(answer.path("spendByModel").get(0).path("spendUsd").asString())
                .isEqualTo("4");
        assertThat(answer.path("agents").get(0).path("currentMonthSpendUsd").asString())
                .isEqualTo("6");
    }

    /** An event's time may be some minutes ahead of our clock, and so tomorrow. */
    @Test
    void noDayIsShownThatIsStillToCome() {
        usage.call("a", null, "gpt-4o", "1", now);
        usage.call("a", null, "gpt-4o", "2", now.plus(1, ChronoUnit.DAYS));

        for (JsonNode answer : List.of(
                usageOf("a", "?days=2").json(),
                organization
                        .owner()
                        .get(organization.path("/embed-usage?days=2"))
                        .json())) {
            assertThat(answer.path("spendByDay")
                            .valueStream()
                            .map(day -> day.path("day").asString() + " "
                                    + day.path("spendUsd").asString()))
                    .containsExactly(today.minusDays(1) + " 0", today + " 1");
            assertThat(answer.path("spendUsd").asString()).isEqualTo("1");
            assertThat(answer.path("spendByModel").get(0).path("spendUsd").asString())
                    .isEqualTo("1");
        }
    }

    @Test
    void anotherOrganizationsAgentIsNotThere() {
        usage.calls("a", null, "1", 1);
        TestOrganization other = ApiSystem.shared().organization();

        assertThat(other.owner()
                        .get(other.path("/agents/" + usage.agent("a") + "/usage"))
                        .outcome())
                .isEqualTo("404 agent_not_found");
        for (String days : new String[] {"0", "367", "x", "-1", ""}) {
            assertThat(usageOf("a", "?days=" + days).outcome())
                    .isIn("400 invalid_parameter", days.isEmpty() ? "200" : "");
        }
    }

    private ApiClient.Answer usageOf(String agent, String query) {
        return organization.owner().get(organization.path("/agents/" + usage.agent(agent) + "/usage" + query));
    }

    private long agentKey(String name) {
        return organization
                .system()
                .superuser()
                .sql("SELECT agent_id FROM agent WHERE public_id = :id")
                .param("id", usage.agent(name))
                .query(Long.class)
                .single();
    }

    private void stop(long agentKey, long userKey) {
        sql("INSERT INTO enforcement (organization_id, agent_id, external_user_id, version, cause, decided_at) VALUES ("
                + organization.organizationKey() + ", " + agentKey + ", " + userKey + ", 1, 'usage', now())");
    }

    private void sql(String sql) {
        organization.system().superuser().sql(sql).update();
    }
}
