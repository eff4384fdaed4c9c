package dev.aicredits.adjustment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.api.TestUsage;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.testkit.Patience;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adjustments: the small ones by one operator, the large ones by two. */
class AdjustmentTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();

    private final TestOrganization organization = SYSTEM.organization();
    private final ApiClient operator = SYSTEM.operator();
    private final ApiClient second = SYSTEM.secondOperator();

    @Test
    void aSmallOneIsBookedAtOnceWithItsReason() {
        ApiClient.Answer booked = ask("{\"amountUsd\":-0.000000001,\"reason\":\"rounded twice\"}");

        assertThat(booked.status()).isEqualTo(201);
        assertThat(booked.body())
                .contains("\"amountUsd\":-0.000000001,", "\"state\":\"booked\"", "\"ledgerEntryId\":\"1\"");
        assertThat(entries()).containsExactly("adjustment -0.000000001 rounded twice");
        assertThat(audited()).containsExactly("adjustment_booked", "adjustment_requested");
        assertThat(new JdbcAudit(SYSTEM.app()).run()).isEmpty();
    }

    /** Whoever was stopped for want of credits goes on at once, and not when somebody happens to look. */
    @Test
    void whatIsBookedIsAnnouncedAndNothingElseIs() {
        ask("{\"amountUsd\":2.5,\"reason\":\"goodwill\"}");
        String large = ask("{\"amountUsd\":500,\"reason\":\"outage\"}").text("id");
        ask("{\"amountUsd\":4000000000,\"reason\":\"mistake\"}");
        second.post(path() + "/" + large + "/approve", "");

        Patience.awaitTrue("two changes are announced", () -> announced().size() == 2);
        assertThat(announced())
                .containsExactly(
                        changed("\"entrySeq\":1,\"previousEntrySeq\":0,\"balanceUsd\":2.5"),
                        changed("\"entrySeq\":2,\"previousEntrySeq\":1,\"balanceUsd\":502.5"));
    }

    private List<String> announced() {
        return SYSTEM.announced(organization.id());
    }

    private String changed(String state) {
        return "dev.aicredits.ledger.changed.v1 {\"organizationId\":\"" + organization.id() + "\"," + state
                + ",\"spends\":[]}";
    }

    @Test
    void aLargeOneWaitsForAnotherOperator() {
        ApiClient.Answer asked = ask("{\"amountUsd\":100.01,\"reason\":\"outage\"}");
        String path = path() + "/" + asked.text("id");
        assertThat(asked.status()).isEqualTo(202);
        assertThat(entries()).isEmpty();

        assertThat(operator.post(path + "/approve", "").outcome()).isEqualTo("403 second_operator_required");
        assertThat(SYSTEM.person(ApiSystem.OPERATOR).post(path + "/approve", "").outcome())
                .isEqualTo("403 second_operator_required");
        assertThat(organization.owner().post(path + "/approve", "").outcome()).isEqualTo("403 forbidden");
        assertThat(second.post(path + "/approve", "").text("state")).isEqualTo("booked");
        assertThat(second.post(path + "/approve", "").outcome()).isEqualTo("409 adjustment_decided");
        assertThat(second.post(path + "/reject", "").outcome()).isEqualTo("409 adjustment_decided");
        assertThat(entries()).containsExactly("adjustment 100.01 outage");
    }

    /** The audit log shows the id of one that waits, and a usage event's id may be any UUID. */
    @Test
    void whatUsageHasTakenOfItsIdDoesNotKeepItFromBeingBooked() {
        String id = ask("{\"amountUsd\":500,\"reason\":\"outage\"}").text("id");
        new TestUsage(organization).toolCall("support", "0.01", UUID.fromString(id));

        assertThat(second.post(path() + "/" + id + "/approve", "").text("state"))
                .isEqualTo("booked");
    }

    @Test
    void aRejectedOneIsNeverBooked() {
        String path = path() + "/"
                + ask("{\"amountUsd\":-500,\"reason\":\"mistake\"}").text("id");

        assertThat(operator.post(path + "/reject", "").text("state")).isEqualTo("rejected");
        assertThat(second.post(path + "/approve", "").outcome()).isEqualTo("409 adjustment_decided");
        assertThat(entries()).isEmpty();
    }

    @Test
    void approvedByManyAtOnceItIsBookedOnce() {
        String path =
                path() + "/" + ask("{\"amountUsd\":1000,\"reason\":\"outage\"}").text("id");

        List<CompletableFuture<ApiClient.Answer>> answers = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> second.post(path + "/approve", "")))
                .limit(8)
                .toList();

        assertThat(answers.stream().map(answer -> answer.join().outcome()).filter("200"::equals))
                .hasSize(1);
        assertThat(entries()).hasSize(1);
    }

    @Test
    void theSameRequestAgainIsTheSameAdjustment() {
        String body = "{\"amountUsd\":5,\"reason\":\"goodwill\"}";
        ApiClient.Answer first = operator.post(path(), body, "Idempotency-Key", "key-1");

        assertThat(operator.post(path(), body, "Idempotency-Key", "key-1").text("id"))
                .isEqualTo(first.text("id"));
        assertThat(operator.post(path(), body.replace("5", "6"), "Idempotency-Key", "key-1")
                        .outcome())
                .isEqualTo("409 idempotency_key_reused");
        assertThat(entries()).hasSize(1);
        assertThat(operator.get(path()).json()).hasSize(1);
    }

    @Test
    void aKeyIsOneHeaderOfVisibleAsciiAsForOtherRoutes() {
        String body = "{\"amountUsd\":5,\"reason\":\"goodwill\"}";

        assertThat(List.of(
                        operator.post(path(), body, "Idempotency-Key", "two words"),
                        operator.post(path(), body, "Idempotency-Key", "k".repeat(256)),
                        operator.post(path(), body, "Idempotency-Key", "one", "Idempotency-Key", "two")))
                .extracting(ApiClient.Answer::outcome)
                .containsOnly("400 idempotency_key_invalid");
        assertThat(entries()).isEmpty();
        assertThat(operator.post(path(), body, "Idempotency-Key", "k".repeat(255))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void anotherOrganizationsAdjustmentIsNotThere() {
        String id = ask("{\"amountUsd\":1000,\"reason\":\"x\"}").text("id");
        String foreign =
                "/api/v1/operator/organizations/" + SYSTEM.organization().id() + "/adjustments/";

        assertThat(second.post(foreign + id + "/approve", "").outcome()).isEqualTo("404 adjustment_not_found");
        assertThat(second.post(path() + "/none/approve", "").outcome()).isEqualTo("404 adjustment_not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"amountUsd\":5}",
                "{\"amountUsd\":5,\"reason\":\"\"}",
                "{\"amountUsd\":0,\"reason\":\"x\"}",
                "{\"amountUsd\":\"5\",\"reason\":\"x\"}",
                "{\"amountUsd\":0.0000000001,\"reason\":\"x\"}",
                "{\"amountUsd\":1e300,\"reason\":\"x\"}",
                "{\"amountUsd\":1e-300,\"reason\":\"x\"}",
                "{\"amountUsd\":1000000.01,\"reason\":\"x\"}",
                "{\"amountUsd\":true,\"reason\":\"x\"}",
                "{\"amountUsd\":5,\"reason\":\"x\\u0000\"}",
                "{\"amountUsd\":5,\"reason\":7}",
                "{\"amountUsd\":1E1000000000,\"reason\":\"x\"}",
                "{\"amountUsd\":5,\"reason\":\"x\",\"state\":\"booked\"}"
            })
    void whatIsNoAdjustmentBooksNothing(String body) {
        assertThat(ask(body).outcome()).isIn("400 invalid_field", "400 malformed_body");
        assertThat(ask("{\"amountUsd\":NaN,\"reason\":\"x\"}").outcome()).isEqualTo("400 malformed_body");
        assertThat(entries()).isEmpty();
    }

    private ApiClient.Answer ask(String body) {
        return operator.post(path(), body);
    }

    private String path() {
        return "/api/v1/operator/organizations/" + organization.id() + "/adjustments";
    }

    private List<String> entries() {
        return organization
                .owner()
                .get(organization.path("/ai-credits/ledger"))
                .json()
                .path("data")
                .valueStream()
                .map(entry -> entry.path("entryKind").asString() + " "
                        + entry.path("amountUsd").decimalValue().toPlainString() + " "
                        + entry.path("description").asString())
                .toList();
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
