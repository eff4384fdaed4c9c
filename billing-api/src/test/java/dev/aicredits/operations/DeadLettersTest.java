package dev.aicredits.operations;

import static dev.aicredits.operations.DeadLetterBox.LETTERS;
import static dev.aicredits.operations.DeadLetterBox.PATH;
import static dev.aicredits.operations.DeadLetterBox.USAGE;
import static dev.aicredits.operations.DeadLetterBox.bytes;
import static dev.aicredits.operations.DeadLetterBox.next;
import static dev.aicredits.operations.DeadLetterBox.outcomes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.ledger.Member.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Dead letters are shown over HTTP, of a real broker, to operators alone. */
class DeadLettersTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final String STRIPE_LETTERS = ApiSystem.TOPICS.get(3);

    private final DeadLetterBox box = new DeadLetterBox();
    private final ApiClient operator = box.operator;

    @Test
    void aLetterSaysWhatItIsWhereItWasAndWhy() {
        String id = box.refuse(box.organization.id(), bytes("not json, and long enough"), "trace=t1");

        JsonNode listed = list("?topic=" + LETTERS).get(0);

        assertThat(listed.path("id").asString()).isEqualTo(id);
        assertThat(listed.path("reason").asString()).isEqualTo(box.reason);
        assertThat(listed.path("detail").asString()).isEqualTo("of tests");
        assertThat(listed.path("organizationId").asString()).isEqualTo(box.organization.id());
        assertThat(listed.path("originTopic").asString()).isEqualTo(USAGE);
        assertThat(listed.path("originPartition").asInt()).isEqualTo(3);
        assertThat(listed.path("originOffset").asInt()).isEqualTo(42);
        assertThat(listed.path("producedOn").asString()).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(listed.path("refusedOn").asString()).isEqualTo("2026-03-01T00:00:00Z");
        assertThat(listed.path("replayedOn").isNull()).isTrue();
        assertThat(shown(listed.path("value"))).isEqualTo("text not json, and lo 25 true");
        assertThat(listed.path("headers").get(0).toString())
                .isEqualTo("{\"name\":\"trace\",\"value\":{\"encoding\":\"text\",\"content\":\"t1\","
                        + "\"size\":2,\"truncated\":false}}");

        JsonNode whole = operator.get(PATH + "/" + id).json();
        assertThat(shown(whole.path("value"))).isEqualTo("text not json, and long enough 25 false");
        assertThat(shown(whole.path("key")))
                .isEqualTo("text " + box.organization.id().substring(0, 16) + " 22 true");
    }

    @Test
    void bytesThatAreNoTextAreShownInBase64AndNoneAreNull() {
        String binary = box.refuse(box.organization.id(), new byte[] {(byte) 0xff, 0, 1});
        String control = box.refuse(box.organization.id(), bytes("\u001b[31m"));
        String cut = box.refuse(box.organization.id(), bytes("é".repeat(40)));
        String absent = box.refuse(null, null);

        assertThat(shown(operator.get(PATH + "/" + binary).json().path("value")))
                .isEqualTo("base64 /wAB 3 false");
        assertThat(shown(operator.get(PATH + "/" + control).json().path("value")))
                .isEqualTo("base64 G1szMW0= 5 false");
        assertThat(shown(operator.get(PATH + "/" + cut).json().path("value")))
                .isEqualTo("text " + "é".repeat(32) + " 80 true");
        JsonNode nothing = operator.get(PATH + "/" + absent).json();
        assertThat(nothing.path("value").isNull()).isTrue();
        assertThat(nothing.path("key").isNull()).isTrue();
        assertThat(nothing.path("organizationId").isNull()).isTrue();
    }

    @Test
    void pagesHaveEachLetterOnceInOrderWhateverIsAddedMeanwhile() {
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            written.add(box.refuse(box.organization.id(), bytes("n" + i)));
        }

        List<String> read = ids("?pageSize=3");

        assertThat(read).containsExactlyElementsOf(written);
    }

    @Test
    void filtersChooseByTopicReasonOrganizationAndTime() {
        TestOrganization other = SYSTEM.organization();
        String ours = box.refuse(box.organization.id(), bytes("a"));
        String theirs = box.refuse(other.id(), bytes("b"));
        String target = box.refuse(other.id() + "/agents/ag", bytes("c"));
        String payment = box.refuse(STRIPE_LETTERS, "pi_1", bytes("d"), Instant.now());
        String old = box.refuse(LETTERS, other.id(), bytes("e"), Instant.parse("2026-01-01T00:00:00Z"));

        assertThat(ids("?organizationId=" + box.organization.id())).containsExactly(ours);
        assertThat(ids("?organizationId=" + other.id())).containsExactlyInAnyOrder(theirs, target, old);
        assertThat(ids("?topic=" + STRIPE_LETTERS)).containsExactly(payment);
        assertThat(ids("?organizationId=pi_1")).isEmpty();
        assertThat(ids("?from=2026-01-02")).containsExactlyInAnyOrder(ours, theirs, target, payment);
        assertThat(ids("?to=2026-01-01T00:00:00.001Z")).containsExactly(old);
        assertThat(ids("?from=2026-01-01T00:00:00.001Z&to=2026-01-02")).isEmpty();
        assertThat(operator.get(PATH + "?reason=none_such").json().path("data")).isEmpty();
    }

    @Test
    void whatIsNoDeadLetterIsNotFound() {
        for (String place : List.of(
                LETTERS + "/0/999999",
                LETTERS + "/9/0",
                USAGE + "/0/0",
                "absent-dlt/0/0",
                "a%20b/0/0",
                LETTERS + "/x/0")) {
            assertThat(operator.get(PATH + "/" + place).outcome()).as(place).isEqualTo("404 dead_letter_not_found");
        }
        assertThat(outcomes(box.replay("\"ids\":[\"" + LETTERS + "/0/999999\"]")))
                .containsExactly(LETTERS + "/0/999999 not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?topic=agent.usage.v1",
                "?topic=usage-of-tests",
                "?from=x",
                "?to=2026-13-01",
                "?from=2026-02-01&to=2026-02-01",
                "?reason=",
                "?organizationId=%00",
                "?pageSize=0",
                "?pageSize=501",
                "?cursor=x",
                "?cursor=usage-of-tests/0/0",
                "?cursor=usage-of-tests-dlt/0/0&topic=stripe.events.v1-dlt"
            })
    void whatIsNoFilterIsRefused(String query) {
        assertThat(operator.get(PATH + query).outcome()).isEqualTo("400 invalid_parameter");
    }

    @Test
    void nobodyButAnOperatorSeesOrReplaysAnything() {
        String id = box.refuse(box.organization.id(), bytes("x"));
        String body = "{\"ids\":[\"" + id + "\"],\"reason\":\"mine\"}";

        for (Role role : Role.values()) {
            for (ApiClient client :
                    List.of(box.organization.with(role), SYSTEM.person(box.organization.member(role)))) {
                assertThat(client.get(PATH).outcome()).as(role.key()).isEqualTo("403 forbidden");
                assertThat(client.get(PATH + "/" + id).outcome()).as(role.key()).isEqualTo("403 forbidden");
                assertThat(client.post(PATH + "/replay", body).outcome())
                        .as(role.key())
                        .isEqualTo("403 forbidden");
                assertThat(client.get("/api/v1/operations/topics").outcome())
                        .as(role.key())
                        .isEqualTo("403 forbidden");
            }
        }
        assertThat(SYSTEM.anonymous().post(PATH + "/replay", body).outcome()).isEqualTo("401 unauthenticated");
        assertThat(box.sent()).isEmpty();
    }

    private JsonNode list(String query) {
        return operator.get(PATH + query + "&pageSize=500&reason=" + box.reason)
                .json()
                .path("data");
    }

    /** Over as many pages as it takes: one looks at few letters, and other tests have some too. */
    private List<String> ids(String query) {
        List<String> ids = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            ApiClient.Answer page = operator.get(PATH + query + "&reason=" + box.reason + "&cursor=" + cursor.get());
            assertThat(page.outcome()).as(page.body()).isEqualTo("200");
            page.json().path("data").forEach(letter -> ids.add(letter.path("id").asString()));
            cursor = next(page);
        }
        return ids;
    }

    private static String shown(JsonNode bytes) {
        return bytes.path("encoding").asString() + " " + bytes.path("content").asString() + " "
                + bytes.path("size").asInt() + " " + bytes.path("truncated").asBoolean();
    }
}
