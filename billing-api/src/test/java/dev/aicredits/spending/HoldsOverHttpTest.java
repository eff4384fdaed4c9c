package dev.aicredits.spending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient.Answer;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.testkit.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class HoldsOverHttpTest {

    private final SpendingOrganization org = new SpendingOrganization("10");

    @AfterEach
    void nothingHasDrifted() {
        SpendingOrganization.assertNothingDrifted();
    }

    @Test
    void aHoldIsMadeLookedAtAndCaptured() {
        Answer made = org.reserve("4.000000001");

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body())
                .contains(
                        "\"amountUsd\":4.000000001",
                        "\"capturedUsd\":0,",
                        "\"heldUsd\":4.000000001",
                        "\"status\":\"open\"");
        String id = made.text("holdId");
        org.use("user", "1.5", id);
        assertThat(org.owner.get(org.path("/holds/" + id)).body())
                .contains("\"capturedUsd\":1.5", "\"heldUsd\":2.500000001");
        assertThat(org.snapshot("?externalUserId=user").text("organizationCreditsRemainingUsd"))
                .isEqualTo("5.999999999");

        Answer captured = org.end(id, "capture", "{\"amountUsd\": 0.5}");

        assertThat(captured.status()).isEqualTo(200);
        assertThat(captured.body())
                .contains("\"capturedUsd\":2,", "\"heldUsd\":0,", "\"status\":\"captured\"", "\"endedOn\":\"");
        assertThat(org.balance()).isEqualTo("8");
        assertThat(org.held()).isEqualTo("0");
    }

    @Test
    void whatDoesNotFitIsAnsweredWithTheLayerThatHasTheLeast() {
        org.owner.patch(org.agentBudget(), "{\"monthlyBudgetUsd\": 3, \"defaultUserBudgetUsd\": 2.5}");
        org.use("user", "1", null);
        org.reserve("1");

        Answer refused = org.reserve("0.75");

        assertThat(refused.outcome()).isEqualTo("402 external_user_budget_exhausted");
        JsonNode problem = refused.json();
        assertThat(problem.path("layer").asString()).isEqualTo("external_user");
        assertThat(problem.path("limitUsd").asString()).isEqualTo("2.5");
        assertThat(problem.path("spentUsd").asString()).isEqualTo("1");
        assertThat(problem.path("heldUsd").asString()).isEqualTo("1");
        assertThat(problem.path("remainingUsd").asString()).isEqualTo("0.5");
        assertThat(problem.path("message").asString()).isNotEmpty();
        assertThat(org.held()).isEqualTo("1");
    }

    @Test
    void of64AtOnceOnRoomForTenExactlyTenAreMade() {
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        ExecutorService clients = Executors.newFixedThreadPool(64);
        for (int i = 0; i < 64; i++) {
            asked.add(CompletableFuture.supplyAsync(() -> org.reserve("1"), clients));
        }
        List<String> outcomes =
                asked.stream().map(CompletableFuture::join).map(Answer::outcome).toList();
        clients.shutdown();

        assertThat(outcomes).filteredOn("201"::equals).hasSize(10);
        assertThat(outcomes)
                .filteredOn("402 organization_credits_exhausted"::equals)
                .hasSize(54);
        assertThat(org.held()).isEqualTo("10");
    }

    @Test
    void aRepeatedRequestUnderItsKeyIsOneHoldAndAnotherIsRefused() {
        String key = UUID.randomUUID().toString();
        Answer first = org.reserve("4", "Idempotency-Key", key);

        assertThat(first.text("holdId")).isEqualTo(key);
        assertThat(org.reserve("4", "Idempotency-Key", key).body()).isEqualTo(first.body());
        assertThat(org.reserve("3", "Idempotency-Key", key).outcome()).isEqualTo("409 idempotency_key_reused");
        assertThat(org.reserve("1", "Idempotency-Key", "run 1").outcome()).isEqualTo("400 idempotency_key_invalid");
        assertThat(org.reserve("1", "Idempotency-Key", "run-1").status()).isEqualTo(201);
        assertThat(org.reserve("1", "Idempotency-Key", "run-1").status()).isEqualTo(201);
        assertThat(org.held()).isEqualTo("5");
    }

    @Test
    void aHoldEndsOnceAndItsEndIsAnsweredAgainUnderItsKey() {
        String id = org.reserve("4").text("holdId");
        String[] key = {"Idempotency-Key", "the-end"};

        Answer first = org.end(id, "capture", "{\"amountUsd\":1}", key);

        assertThat(first.status()).isEqualTo(200);
        assertThat(org.end(id, "capture", "{\"amountUsd\":1}", key).body()).isEqualTo(first.body());
        assertThat(org.end(id, "capture", "{\"amountUsd\":2}", key).outcome()).isEqualTo("409 hold_captured");
        assertThat(org.end(id, "capture", "{\"amountUsd\":1}").outcome()).isEqualTo("409 hold_captured");
        assertThat(org.end(id, "release", "").outcome()).isEqualTo("409 hold_captured");
        assertThat(org.balance()).isEqualTo("9");

        String other = org.reserve("4").text("holdId");
        assertThat(org.end(other, "release", "").text("status")).isEqualTo("released");
        assertThat(org.end(other, "release", "").text("status")).isEqualTo("released");
        assertThat(org.end(other, "capture", "{\"amountUsd\":0}").outcome()).isEqualTo("409 hold_released");
        assertThat(org.balance()).isEqualTo("9");
        assertThat(org.held()).isEqualTo("0");
    }

    /** Whom it stops stops at once, and not when a sweep happens to look. Other ends move no balance and no spend. */
    @Test
    void whatACaptureBooksIsAnnouncedAndNoOtherEndIs() {
        String captured = org.reserve("4").text("holdId");
        org.end(org.reserve("1").text("holdId"), "release", "");
        org.end(org.reserve("1").text("holdId"), "capture", "{\"amountUsd\":0}");
        org.end(captured, "capture", "{\"amountUsd\":5}");
        org.end(captured, "capture", "{\"amountUsd\":2.5}");
        org.end(captured, "capture", "{\"amountUsd\":2.5}");

        Patience.awaitTrue("a change is announced", () -> !announced().isEmpty());
        assertThat(announced()).singleElement().asString().satisfies(change -> assertThat(change)
                .startsWith("dev.aicredits.ledger.changed.v1 {\"organizationId\":\"" + org.organization.id()
                        + "\",\"entrySeq\":2,\"previousEntrySeq\":1,\"balanceUsd\":7.5,")
                .contains(
                        "{\"scope\":\"agent\",\"agentId\":\"" + org.agent + "\"",
                        "{\"scope\":\"external_user\",\"agentId\":\"" + org.agent + "\",\"externalUserId\":\"user\"",
                        "\"spentUsd\":2.5}"));
    }

    private List<String> announced() {
        return ApiSystem.shared().announced(org.organization.id());
    }

    @Test
    void moreThanItHoldsIsNotCaptured() {
        String id = org.reserve("4").text("holdId");

        Answer refused = org.end(id, "capture", "{\"amountUsd\":4.000000001}");

        assertThat(refused.outcome()).isEqualTo("409 capture_exceeds_hold");
        assertThat(refused.text("heldUsd")).isEqualTo("4");
        assertThat(org.held()).isEqualTo("4");
        assertThat(org.balance()).isEqualTo("10");
    }

    @Test
    void anotherOrganizationsHoldAndAgentLookLikeNone() {
        String id = org.reserve("4").text("holdId");
        SpendingOrganization other = new SpendingOrganization("10");

        assertThat(other.owner.get(other.path("/holds/" + id)).outcome()).isEqualTo("404 hold_not_found");
        assertThat(other.end(id, "release", "").outcome()).isEqualTo("404 hold_not_found");
        assertThat(other.end(id, "capture", "{\"amountUsd\":0}").outcome()).isEqualTo("404 hold_not_found");
        assertThat(other.end(id, "capture", "{\"amountUsd\":1}").outcome()).isEqualTo("404 hold_not_found");
        assertThat(other.owner.get(org.path("/holds/" + id)).outcome()).isEqualTo("404 organization_not_found");
        assertThat(other.owner.post(other.path("/holds"), org.body("1")).outcome())
                .isEqualTo("404 agent_not_found");
        assertThat(org.held()).isEqualTo("4");
        assertThat(other.balance()).isEqualTo("10");
    }

    @Test
    void aViewerLooksAndReservesNothing() {
        String id = org.reserve("4").text("holdId");

        assertThat(org.organization
                        .with(Role.VIEWER)
                        .get(org.path("/holds/" + id))
                        .status())
                .isEqualTo(200);
        assertThat(org.organization
                        .with(Role.VIEWER)
                        .post(org.path("/holds"), org.body("1"))
                        .outcome())
                .isEqualTo("403 forbidden");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "-0.000000001",
                "0.0000000001",
                "100000.000000001",
                "1e400",
                "1e2000000000",
                "99999999999999999999",
                "null"
            })
    void anAmountOutOfRangeIsRefused(String usd) {
        assertThat(org.reserve(usd).outcome()).isEqualTo("400 amount_invalid");
        assertThat(org.held()).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"agentId\":\"AGENT\",\"amountUsd\":NaN} | 400 malformed_body",
                "{\"agentId\":\"AGENT\",\"amountUsd\":\"1\"} | 400 invalid_field",
                "{\"agentId\":\"AGENT\",\"amountUsd\":\"NaN\"} | 400 invalid_field",
                "{\"agentId\":\"AGENT\",\"amountUsd\":true} | 400 invalid_field",
                "{\"agentId\":\"AGENT\",\"amountUsd\":[1]} | 400 invalid_field",
                "{\"agentId\":\"AGENT\"} | 400 amount_invalid",
                "{\"agentId\":\"AGENT\",\"amountUsd\":1,\"amount\":1} | 400 invalid_field",
                "{\"agentId\":\"AGENT\",\"amountUsd\":1,\"amountUsd\":2} | 400 malformed_body",
                "{\"agentId\":\"AGENT\",\"amountUsd\":1,\"expiresInSeconds\":0} | 400 invalid_field",
                "{\"agentId\":\"AGENT\",\"amountUsd\":1,\"expiresInSeconds\":86401} | 400 invalid_field",
                "{\"agentId\":\"AGENT\",\"amountUsd\":1,\"expiresInSeconds\":1.5} | 400 invalid_field",
                "{\"agentId\":\"AGENT\",\"amountUsd\":1,\"externalUserId\":\"\"} | 400 invalid_field",
                "{\"agentId\":\"AGENT\",\"amountUsd\":1,\"externalUserId\":\"a\\u0000b\"} | 400 invalid_field",
                "{\"agentId\":\"\",\"amountUsd\":1} | 400 invalid_field",
                "{\"agentId\":7,\"amountUsd\":1} | 400 invalid_field",
                "{\"agentId\":\"ag_none\",\"amountUsd\":1} | 404 agent_not_found",
                "{\"amountUsd\":1} | 400 invalid_field",
                "{\"agentId\":\"AGENT\",\"amountUsd\":1 | 400 malformed_body",
                "[] | 400 malformed_body"
            })
    void aBadBodyIsRefusedByNameAndReservesNothing(String body, String outcome) {
        assertThat(org.owner
                        .post(org.path("/holds"), body.replace("AGENT", org.agent))
                        .outcome())
                .isEqualTo(outcome);
        assertThat(org.held()).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 400 amount_invalid",
                "{\"amountUsd\":-1} | 400 amount_invalid",
                "{\"amountUsd\":NaN} | 400 malformed_body",
                "{\"amountUsd\":0.0000000001} | 400 amount_invalid",
                "{\"amountUsd\":1e30} | 400 amount_invalid",
                "{\"amountUsd\":\"1\"} | 400 invalid_field"
            })
    void aBadCaptureMovesNothing(String body, String outcome) {
        String id = org.reserve("4").text("holdId");

        assertThat(org.end(id, "capture", body).outcome()).isEqualTo(outcome);
        assertThat(org.end("none", "capture", "{\"amountUsd\":1}").outcome()).isEqualTo("404 hold_not_found");
        assertThat(org.end(UUID.randomUUID().toString(), "release", "").outcome())
                .isEqualTo("404 hold_not_found");
        assertThat(org.held()).isEqualTo("4");
        assertThat(org.balance()).isEqualTo("10");
    }
}
