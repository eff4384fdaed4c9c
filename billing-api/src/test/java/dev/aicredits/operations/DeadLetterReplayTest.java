package dev.aicredits.operations;

import static dev.aicredits.operations.DeadLetterBox.LETTERS;
import static dev.aicredits.operations.DeadLetterBox.PATH;
import static dev.aicredits.operations.DeadLetterBox.bytes;
import static dev.aicredits.operations.DeadLetterBox.next;
import static dev.aicredits.operations.DeadLetterBox.outcomes;
import static dev.aicredits.operations.DeadLetterBox.written;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Dead letters are sent again over HTTP, on a real broker; the settings of a call are small. */
class DeadLetterReplayTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final int SCAN_MAX = 40;

    private final DeadLetterBox box = new DeadLetterBox();
    private final ApiClient operator = box.operator;

    @Test
    void aReplaySendsKeyBytesAndHeadersAsTheyWere() {
        byte[] bytes = {(byte) 0xff, 10, 0, 1};
        String id = box.refuse(box.organization.id(), bytes, "ce_id=e1", "ce_source=/s");

        ApiClient.Answer answer = box.replay("\"ids\":[\"" + id + "\"]");

        assertThat(outcomes(answer)).containsExactly(id + " replayed");
        List<ConsumerRecord<byte[], byte[]>> sent = box.sent();
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).value()).isEqualTo(bytes);
        assertThat(sent.get(0).headers())
                .extracting(header -> header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8))
                .containsExactly("ce_id=e1", "ce_source=/s");
        JsonNode letter = operator.get(PATH + "/" + id).json();
        assertThat(Instant.parse(letter.path("replayedOn").asString())).isBeforeOrEqualTo(Instant.now());
        assertThat(letter.path("replayedBy").asString()).isEqualTo("operator:" + ApiSystem.OPERATOR);
    }

    @Test
    void whatWasReplayedIsNotSentAgainUnlessAskedFor() {
        String id = box.refuse(box.organization.id(), bytes("x"));
        box.replay("\"ids\":[\"" + id + "\"]");

        assertThat(outcomes(box.replay("\"ids\":[\"" + id + "\"]"))).containsExactly(id + " already_replayed");
        assertThat(outcomes(box.replay("\"filter\":{\"reason\":\"" + box.reason + "\"}")))
                .contains(id + " already_replayed");
        assertThat(box.sent()).hasSize(1);

        assertThat(outcomes(box.replay("\"ids\":[\"" + id + "\"],\"again\":true")))
                .containsExactly(id + " replayed");
        assertThat(box.sent()).hasSize(2);
    }

    @Test
    void aDryRunTellsAndDoesNothing() {
        String id = box.refuse(box.organization.id(), bytes("x"));

        ApiClient.Answer answer = box.replay("\"ids\":[\"" + id + "\"],\"dryRun\":true");

        assertThat(outcomes(answer)).containsExactly(id + " would_replay");
        assertThat(answer.json().path("replayId").isNull()).isTrue();
        assertThat(answer.json().path("counts").toString()).isEqualTo("{\"replayed\":0,\"would_replay\":1}");
        assertThat(box.sent()).isEmpty();
        assertThat(audited()).isEmpty();
        assertThat(operator.get(PATH + "/" + id).json().path("replayedOn").isNull())
                .isTrue();
    }

    @Test
    void aFilterIsReplayedInBoundedCallsEachOfWhichSaysWhereTheNextGoesOn() {
        for (int i = 0; i < 7; i++) {
            box.refuse(box.organization.id(), bytes("n" + i));
        }
        List<Integer> sizes = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            ApiClient.Answer answer = box.replay("\"filter\":{\"topic\":\"" + LETTERS + "\",\"reason\":\"" + box.reason
                    + "\"},\"cursor\":\"" + cursor.get() + "\"");
            sizes.add(answer.json().path("counts").path("replayed").asInt());
            assertThat(answer.json().path("scanned").asInt()).isLessThanOrEqualTo(SCAN_MAX);
            cursor = next(answer);
        }

        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(7);
        assertThat(sizes).allMatch(size -> size <= 3);
        assertThat(box.sent()).hasSize(7);
    }

    @Test
    void aReplayEndsThoughWhatItSendsIsRefusedAgain() {
        for (int i = 0; i < 4; i++) {
            box.refuse(box.organization.id(), bytes("n" + i));
        }
        int calls = 0;
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            ApiClient.Answer answer =
                    box.replay("\"filter\":{\"reason\":\"" + box.reason + "\"},\"cursor\":\"" + cursor.get() + "\"");
            int sent = answer.json().path("counts").path("replayed").asInt();
            for (int i = 0; i < sent; i++) {
                box.refuse(
                        LETTERS,
                        box.organization.id(),
                        bytes("again"),
                        Instant.now().plusSeconds(1));
            }
            cursor = next(answer);
            calls++;
        }

        assertThat(box.sent()).hasSize(4);
        assertThat(calls).isLessThan(20);
    }

    @Test
    void eachOrganizationsAuditLogHasItWithItsReason() {
        TestOrganization other = SYSTEM.organization();
        box.refuse(box.organization.id(), bytes("a"));
        box.refuse(other.id(), bytes("b"));
        box.refuse("org_of_nobody", bytes("c"));

        box.replay("\"filter\":{\"reason\":\"" + box.reason + "\"}");

        assertThat(audited()).containsExactly("dead_letters_replayed price added {\"letters\":1}");
        assertThat(SYSTEM.superuser()
                        .sql("""
                                SELECT r.actor || ' ' || r.reason || ' ' || r.origin || ' ' || count(d.published_at)
                                  FROM dead_letter_replay r JOIN dead_letter_replayed d USING (replay_id)
                                 WHERE replay_id = (SELECT subject::uuid FROM audit_log
                                                     WHERE organization_id = :organization)
                                 GROUP BY replay_id
                                """)
                        .param("organization", other.organizationKey())
                        .query(String.class)
                        .list())
                .containsExactly("operator:" + ApiSystem.OPERATOR + " price added 127.0.0.1 3");
    }

    @Test
    void aLetterThatNamesAnotherTopicThanItsOwnIsNotReplayed() {
        String id = written(new ProducerRecord<>(
                LETTERS,
                null,
                bytes(box.organization.id()),
                bytes("x"),
                new RecordHeaders()
                        .add("dead_letter_reason", bytes(box.reason))
                        .add("dead_letter_topic", bytes("agent.control.v1"))));

        assertThat(outcomes(box.replay("\"ids\":[\"" + id + "\"]"))).containsExactly(id + " not_replayable");
        assertThat(audited()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"reason\":\"x\"}",
                "{\"ids\":[],\"reason\":\"x\"}",
                "{\"ids\":[\"nonsense\"],\"reason\":\"x\"}",
                "{\"ids\":[\"a/0/0\"]}",
                "{\"ids\":[\"a/0/0\"],\"reason\":\" \"}",
                "{\"ids\":[\"a/0/0\"],\"filter\":{},\"reason\":\"x\"}",
                "{\"ids\":[\"a/0/0\"],\"cursor\":\"a/0/0\",\"reason\":\"x\"}",
                "{\"filter\":{\"topic\":\"agent.usage.v1\"},\"reason\":\"x\"}",
                "{\"filter\":{\"from\":\"yesterday\"},\"reason\":\"x\"}",
                "{\"filter\":{\"from\":\"2026-02-01\",\"to\":\"2026-01-01\"},\"reason\":\"x\"}",
                "{\"filter\":{\"all\":true},\"reason\":\"x\"}",
                "{\"filter\":{},\"cursor\":\"usage-of-tests-dlt/0/0\",\"reason\":\"x\"}",
                "{\"filter\":{},\"dryRun\":\"yes\",\"reason\":\"x\"}"
            })
    void whatIsNoReplayIsRefused(String body) {
        assertThat(operator.post(PATH + "/replay", body).outcome()).isEqualTo("400 invalid_field");
    }

    private List<String> audited() {
        return box.organization
                .owner()
                .get(box.organization.path("/audit-log"))
                .json()
                .path("data")
                .valueStream()
                .map(change -> change.path("action").asString() + " "
                        + change.path("reason").asString() + " " + change.path("after"))
                .toList();
    }
}
