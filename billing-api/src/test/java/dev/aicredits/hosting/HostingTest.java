package dev.aicredits.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.api.TestUsage;
import dev.aicredits.ledger.JdbcDailyTotals;
import dev.aicredits.ledger.Member.Role;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Hosted servers and the places that a plan has for them. */
class HostingTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final String CAP = "409 hosted_server_cap_reached";

    private final TestOrganization organization = SYSTEM.organization();

    @Test
    void aServerLivesFromItsMakingToItsDeletion() {
        ApiClient developer = organization.with(Role.DEVELOPER);
        ApiClient.Answer made = developer.post(
                servers(), "{\"name\":\"Größe & Maß\",\"description\":\"d\",\"runtimeType\":\"python\"}");
        String path = servers() + "/" + made.text("id");

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.text("slug")).isEqualTo("gro-e-ma");
        assertThat(made.text("status")).isEqualTo("active");
        assertThat(organization.with(Role.VIEWER).get(path).json()).isEqualTo(made.json());
        assertThat(developer.patch(path, "{\"name\":\"Other\"}").text("name")).isEqualTo("Other");
        assertThat(developer.patch(path, "{}").text("description")).isEqualTo("d");
        assertThat(developer.delete(path).status()).isEqualTo(204);
        assertThat(developer.get(path).outcome()).isEqualTo("404 server_not_found");
        assertThat(audited()).containsExactly("server_deleted", "server_changed", "server_created");
    }

    @Test
    void aSlugIsTakenOnce() {
        give(10);
        assertThat(create("One").status()).isEqualTo(201);
        assertThat(create("one!").outcome()).isEqualTo("409 slug_taken");
        assertThat(usage().path("hostedServersUsed").asInt()).isEqualTo(1);
    }

    @Test
    void theEleventhServerOfATeamHasNoPlaceUntilOneIsFree() {
        setPlan("mcp_hosting_team", false);
        for (int i = 1; i <= 10; i++) {
            assertThat(create("server " + i).status()).isEqualTo(201);
        }
        ApiClient.Answer refused = create("server 11");
        assertThat(refused.outcome()).isEqualTo(CAP);
        assertThat(refused.json().path("limit").asInt()).isEqualTo(10);
        assertThat(refused.json().path("used").asInt()).isEqualTo(10);

        String first =
                organization.owner().get(servers()).json().get(0).path("id").asString();
        assertThat(setStatus(first, "disabled").text("status")).isEqualTo("disabled");
        assertThat(create("server 11").status()).isEqualTo(201);
        assertThat(setStatus(first, "active").outcome()).isEqualTo(CAP);
        assertThat(organization.owner().delete(servers() + "/" + first).status())
                .isEqualTo(204);
        assertThat(usage().path("hostedServersUsed").asInt()).isEqualTo(10);
    }

    @Test
    void aLowerLimitTakesNothingAwayAndBlocksWhatIsNew() {
        give(3);
        Stream.of("a", "b", "c").forEach(this::create);
        give(1);

        assertThat(organization.owner().get(servers()).json().valueStream().map(server -> server.path("status")
                        .asString()))
                .containsExactly("active", "active", "active");
        assertThat(create("d").outcome()).isEqualTo(CAP);
        String first =
                organization.owner().get(servers()).json().get(0).path("id").asString();
        setStatus(first, "disabled");
        assertThat(setStatus(first, "active").outcome()).isEqualTo(CAP);
    }

    @Test
    void anOverrideCountsUntilItsEnd() {
        setPlan("mcp_hosting_free", false);
        create("a");
        assertThat(create("b").outcome()).isEqualTo(CAP);

        ApiClient.Answer set =
                override("{\"hostedServersLimit\":2,\"until\":\"2999-01-01T00:00:00Z\",\"reason\":\"trial\"}");
        assertThat(set.json().path("hostedServersLimit").asInt()).isEqualTo(2);
        assertThat(create("b").status()).isEqualTo(201);
        assertThat(usage().path("override").toString())
                .isEqualTo("{\"hostedServersLimit\":2,\"until\":\"2999-01-01T00:00:00Z\",\"reason\":\"trial\","
                        + "\"active\":true}");

        SYSTEM.superuser()
                .sql("UPDATE organization_plan SET override_until = now() WHERE organization_id = :id")
                .param("id", organization.organizationKey())
                .update();
        assertThat(create("c").outcome()).isEqualTo(CAP);
        assertThat(usage().path("hostedServersLimit").asInt()).isEqualTo(1);
        assertThat(override("{\"hostedServersLimit\":null,\"reason\":\"over\"}")
                        .json()
                        .path("overridden")
                        .asBoolean())
                .isFalse();
        JsonNode record = organization
                .owner()
                .get(organization.path("/audit-log"))
                .json()
                .path("data")
                .get(0);
        assertThat(record.path("reason").asString()).isEqualTo("over");
        assertThat(record.path("actor").asString()).isEqualTo("operator:" + ApiSystem.OPERATOR);
        assertThat(record.path("before").path("overrideLimit").asInt()).isEqualTo(2);
    }

    @Test
    void manyAtOnceTakeTheLastPlaceOnce() {
        setPlan("mcp_hosting_team", false);
        for (int i = 1; i <= 9; i++) {
            create("server " + i);
        }
        ExecutorService clients = Executors.newFixedThreadPool(32);
        try {
            List<CompletableFuture<String>> answers = IntStream.range(0, 32)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> create("at once " + i).outcome(), clients))
                    .toList();
            assertThat(answers.stream().map(CompletableFuture::join).filter("201"::equals))
                    .hasSize(1);
            assertThat(answers.stream().map(CompletableFuture::join).filter(CAP::equals))
                    .hasSize(31);
        } finally {
            clients.shutdown();
        }
        assertThat(organization.owner().get(servers()).json()).hasSize(10);
        assertThat(usage().path("hostedServersUsed").asInt()).isEqualTo(10);
    }

    @Test
    void plansAreShownToWhoPaysThemAndInvoicesToWhoIsInvoiced() {
        JsonNode plans = organization
                .owner()
                .get(organization.path("/mcp-hosting/billing/plans"))
                .json();
        assertThat(plans.valueStream().map(plan -> plan.path("planKey").asString()))
                .containsExactly("mcp_hosting_free", "mcp_hosting_team");
        assertThat(plans.get(1).path("hostedServersLimit").asInt()).isEqualTo(10);
        assertThat(usage().path("plans")).hasSize(2);

        setPlan("mcp_hosting_enterprise", true);
        SYSTEM.superuser()
                .sql("""
                        INSERT INTO invoice_status VALUES (:id, 'in_1', 'open', 'usd', 500000, 0, NULL, :at, :at)
                        """)
                .param("id", organization.organizationKey())
                .param("at", OffsetDateTime.parse("2026-11-01T00:00:00Z"))
                .update();

        assertThat(usage().path("plans").isNull()).isTrue();
        assertThat(usage().path("invoice").path("status").asString()).isEqualTo("open");
        assertThat(Instant.parse(usage().path("invoice").path("invoicedOn").asString()))
                .isEqualTo("2026-11-01T00:00:00Z");
        assertThat(usage().path("hostedServersUnlimited").asBoolean()).isTrue();
        assertThat(organization
                        .owner()
                        .get(organization.path("/mcp-hosting/billing/plans"))
                        .body())
                .isEqualTo("[]");
        assertThat(organization.owner().get(organization.path("")).text("planTier"))
                .isEqualTo("enterprise");
    }

    @Test
    void toolCallsAreCountedByTheirNumber() {
        TestUsage calls = new TestUsage(organization);
        Instant month = LocalDate.now(ZoneOffset.UTC)
                .withDayOfMonth(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        calls.toolCalls("a", "call", 100, "0.1", Instant.now());
        calls.toolCalls("b", "call", 20, "0.1", month);
        calls.toolCalls("a", "call", 3, "0.1", month.minusMillis(1));
        calls.toolCalls(
                "a",
                "call",
                5,
                "0.1",
                month.atOffset(ZoneOffset.UTC).plusMonths(1).toInstant());
        calls.toolCalls("a", "web_search_call", 7, "0.1", Instant.now());
        calls.call("a", null, "gpt-4o", "0.1", Instant.now());
        calls.topUp("10", "cs_1");
        String hold = organization
                .owner()
                .post(organization.path("/holds"), "{\"agentId\":\"" + calls.agent("a") + "\",\"amountUsd\":0.5}")
                .text("holdId");
        assertThat(organization
                        .owner()
                        .post(organization.path("/holds/" + hold + "/capture"), "{\"amountUsd\":0.25}")
                        .text("status"))
                .isEqualTo("captured");

        assertThat(usage().path("toolCallsThisMonth").asInt()).isEqualTo(120);
        new JdbcDailyTotals(SYSTEM.app()).addAll(organization.organizationKey());
        assertThat(usage().path("toolCallsThisMonth").asInt()).isEqualTo(120);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":\"\"}",
                "{\"name\":[]}",
                "{\"name\":\"a\\u0000\"}",
                "{\"name\":\"!!!\"}",
                "{\"name\":\"a\",\"slug\":\"A B\"}",
                "{\"name\":\"a\",\"slug\":\"-a\"}",
                "{\"name\":\"a\",\"slug\":\"\"}",
                "{\"name\":\"a\",\"kind\":\"<script>\"}",
                "{\"name\":\"a\",\"runtimeType\":\"x y\"}",
                "{\"name\":\"a\",\"id\":\"srv_mine\"}",
                "{\"name\":\"a\",\"status\":\"active\"}"
            })
    void whatIsNoServerTakesNoPlace(String body) {
        assertThat(organization.owner().post(servers(), body).outcome()).isEqualTo("400 invalid_field");
        assertThat(usage().path("hostedServersUsed").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"hostedServersLimit\":2}",
                "{\"hostedServersLimit\":-1,\"reason\":\"x\"}",
                "{\"hostedServersLimit\":2.5,\"reason\":\"x\"}",
                "{\"hostedServersLimit\":\"2\",\"reason\":\"x\"}",
                "{\"hostedServersLimit\":2,\"reason\":\" \"}",
                "{\"hostedServersLimit\":99999999999,\"reason\":\"x\"}",
                "{\"hostedServersLimit\":2,\"until\":\"2020-01-01T00:00:00Z\",\"reason\":\"x\"}",
                "{\"until\":\"2999-01-01T00:00:00Z\",\"reason\":\"x\"}"
            })
    void whatIsNoOverrideChangesNothing(String body) {
        assertThat(override(body).outcome()).isIn("400 invalid_field", "400 malformed_body");
        assertThat(audited()).isEmpty();
    }

    @Test
    void aStatusThatThereIsNotChangesNothing() {
        String id = create("a").text("id");

        assertThat(setStatus(id, "deleted").outcome()).isEqualTo("400 invalid_field");
        assertThat(SYSTEM.operator()
                        .send("PUT", operatorPath("plan"), "{\"planKey\":\"mcp_hosting_none\",\"reason\":\"x\"}")
                        .outcome())
                .isEqualTo("404 plan_not_found");
    }

    private ApiClient.Answer create(String name) {
        return organization.owner().post(servers(), "{\"name\":\"" + name + "\"}");
    }

    private ApiClient.Answer setStatus(String serverId, String status) {
        return organization.owner().patch(servers() + "/" + serverId, "{\"status\":\"" + status + "\"}");
    }

    private void setPlan(String planKey, boolean invoiced) {
        assertThat(SYSTEM.operator()
                        .put(
                                operatorPath("plan"),
                                "{\"planKey\":\"" + planKey + "\",\"invoiced\":" + invoiced + ",\"reason\":\"test\"}")
                        .status())
                .isEqualTo(200);
    }

    private void give(int places) {
        assertThat(override("{\"hostedServersLimit\":" + places + ",\"reason\":\"test\"}")
                        .status())
                .isEqualTo(200);
    }

    private ApiClient.Answer override(String body) {
        return SYSTEM.operator().put(operatorPath("override"), body);
    }

    private String operatorPath(String what) {
        return "/api/v1/operator/organizations/" + organization.id() + "/mcp-hosting/" + what;
    }

    private JsonNode usage() {
        return organization.owner().get(organization.path("/mcp-hosting/usage")).json();
    }

    private String servers() {
        return organization.path("/mcp-servers");
    }

    private List<String> audited() {
        return organization
                .owner()
                .get(organization.path("/audit-log"))
                .json()
                .path("data")
                .valueStream()
                .map(change -> change.path("action").asString())
                .toList();
    }
}
