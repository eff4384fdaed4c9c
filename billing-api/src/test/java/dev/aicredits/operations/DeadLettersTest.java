package dev.aicredits.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.messaging.DeadLetterMessage;
import dev.aicredits.testkit.TestInfra;
import dev.aicredits.testkit.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Dead letters over HTTP, on a real broker. Each test has letters of its own reason; the settings of a call are small. */
class DeadLettersTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final String PATH = "/api/v1/operations/dead-letters";
    private static final String USAGE = ApiSystem.TOPICS.get(0);
    private static final String LETTERS = ApiSystem.TOPICS.get(1);
    private static final String STRIPE_LETTERS = ApiSystem.TOPICS.get(3);
    private static final int SCAN_MAX = 40;

    private final ApiClient operator = SYSTEM.operator();
    private final TestOrganization organization = SYSTEM.organization();
    private final String reason = "reason_" + UUID.randomUUID();

    @Test
    void aLetterSaysWhatItIsWhereItWasAndWhy() {
        String id = refuse(organization.id(), bytes("not json, and long enough"), "trace=t1");

        JsonNode listed = list("?topic=" + LETTERS).get(0);

        assertThat(listed.path("id").asString()).isEqualTo(id);
        assertThat(listed.path("reason").asString()).isEqualTo(reason);
        assertThat(listed.path("detail").asString()).isEqualTo("of tests");
        assertThat(listed.path("organizationId").asString()).isEqualTo(organization.id());
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
                .isEqualTo("text " + organization.id().substring(0, 16) + " 22 true");
    }

    @Test
    void bytesThatAreNoTextAreShownInBase64AndNoneAreNull() {
        String binary = refuse(organization.id(), new byte[] {(byte) 0xff, 0, 1});
        String control = refuse(organization.id(), bytes("\u001b[31m"));
        String cut = refuse(organization.id(), bytes("é".repeat(40)));
        String absent = refuse(null, null);

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
            written.add(refuse(organization.id(), bytes("n" + i)));
        }

        List<String> read = ids("?pageSize=3");

        assertThat(read).containsExactlyElementsOf(written);
    }

    @Test
    void filtersChooseByTopicReasonOrganizationAndTime() {
        TestOrganization other = SYSTEM.organization();
        String ours = refuse(organization.id(), bytes("a"));
        String theirs = refuse(other.id(), bytes("b"));
        String target = refuse(other.id() + "/agents/ag", bytes("c"));
        String payment = refuse(STRIPE_LETTERS, "pi_1", bytes("d"), Instant.now());
        String old = refuse(LETTERS, other.id(), bytes("e"), Instant.parse("2026-01-01T00:00:00Z"));

        assertThat(ids("?organizationId=" + organization.id())).containsExactly(ours);
        assertThat(ids("?organizationId=" + other.id())).containsExactlyInAnyOrder(theirs, target, old);
        assertThat(ids("?topic=" + STRIPE_LETTERS)).containsExactly(payment);
        assertThat(ids("?organizationId=pi_1")).isEmpty();
        assertThat(ids("?from=2026-01-02")).containsExactlyInAnyOrder(ours, theirs, target, payment);
        assertThat(ids("?to=2026-01-01T00:00:00.001Z")).containsExactly(old);
        assertThat(ids("?from=2026-01-01T00:00:00.001Z&to=2026-01-02")).isEmpty();
        assertThat(operator.get(PATH + "?reason=none_such").json().path("data")).isEmpty();
    }

    @Test
    void aReplaySendsKeyBytesAndHeadersAsTheyWere() {
        byte[] bytes = {(byte) 0xff, 10, 0, 1};
        String id = refuse(organization.id(), bytes, "ce_id=e1", "ce_source=/s");

        ApiClient.Answer answer = replay("\"ids\":[\"" + id + "\"]");

        assertThat(outcomes(answer)).containsExactly(id + " replayed");
        List<ConsumerRecord<byte[], byte[]>> sent = sent();
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
        String id = refuse(organization.id(), bytes("x"));
        replay("\"ids\":[\"" + id + "\"]");

        assertThat(outcomes(replay("\"ids\":[\"" + id + "\"]"))).containsExactly(id + " already_replayed");
        assertThat(outcomes(replay("\"filter\":{\"reason\":\"" + reason + "\"}")))
                .contains(id + " already_replayed");
        assertThat(sent()).hasSize(1);

        assertThat(outcomes(replay("\"ids\":[\"" + id + "\"],\"again\":true"))).containsExactly(id + " replayed");
        assertThat(sent()).hasSize(2);
    }

    @Test
    void aDryRunTellsAndDoesNothing() {
        String id = refuse(organization.id(), bytes("x"));

        ApiClient.Answer answer = replay("\"ids\":[\"" + id + "\"],\"dryRun\":true");

        assertThat(outcomes(answer)).containsExactly(id + " would_replay");
        assertThat(answer.json().path("replayId").isNull()).isTrue();
        assertThat(answer.json().path("counts").toString()).isEqualTo("{\"replayed\":0,\"would_replay\":1}");
        assertThat(sent()).isEmpty();
        assertThat(audited()).isEmpty();
        assertThat(operator.get(PATH + "/" + id).json().path("replayedOn").isNull())
                .isTrue();
    }

    @Test
    void aFilterIsReplayedInBoundedCallsEachOfWhichSaysWhereTheNextGoesOn() {
        for (int i = 0; i < 7; i++) {
            refuse(organization.id(), bytes("n" + i));
        }
        List<Integer> sizes = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            ApiClient.Answer answer = replay("\"filter\":{\"topic\":\"" + LETTERS + "\",\"reason\":\"" + reason
                    + "\"},\"cursor\":\"" + cursor.get() + "\"");
            sizes.add(answer.json().path("counts").path("replayed").asInt());
            assertThat(answer.json().path("scanned").asInt()).isLessThanOrEqualTo(SCAN_MAX);
            cursor = next(answer);
        }

        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(7);
        assertThat(sizes).allMatch(size -> size <= 3);
        assertThat(sent()).hasSize(7);
    }

    @Test
    void aReplayEndsThoughWhatItSendsIsRefusedAgain() {
        for (int i = 0; i < 4; i++) {
            refuse(organization.id(), bytes("n" + i));
        }
        int calls = 0;
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            ApiClient.Answer answer =
                    replay("\"filter\":{\"reason\":\"" + reason + "\"},\"cursor\":\"" + cursor.get() + "\"");
            int sent = answer.json().path("counts").path("replayed").asInt();
            for (int i = 0; i < sent; i++) {
                refuse(LETTERS, organization.id(), bytes("again"), Instant.now().plusSeconds(1));
            }
            cursor = next(answer);
            calls++;
        }

        assertThat(sent()).hasSize(4);
        assertThat(calls).isLessThan(20);
    }

    @Test
    void eachOrganizationsAuditLogHasItWithItsReason() {
        TestOrganization other = SYSTEM.organization();
        refuse(organization.id(), bytes("a"));
        refuse(other.id(), bytes("b"));
        refuse("org_of_nobody", bytes("c"));

        replay("\"filter\":{\"reason\":\"" + reason + "\"}");

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
                bytes(organization.id()),
                bytes("x"),
                new RecordHeaders()
                        .add("dead_letter_reason", bytes(reason))
                        .add("dead_letter_topic", bytes("agent.control.v1"))));

        assertThat(outcomes(replay("\"ids\":[\"" + id + "\"]"))).containsExactly(id + " not_replayable");
        assertThat(audited()).isEmpty();
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
        assertThat(outcomes(replay("\"ids\":[\"" + LETTERS + "/0/999999\"]")))
                .containsExactly(LETTERS + "/0/999999 not_found");
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
        String id = refuse(organization.id(), bytes("x"));
        String body = "{\"ids\":[\"" + id + "\"],\"reason\":\"mine\"}";

        for (Role role : Role.values()) {
            for (ApiClient client : List.of(organization.with(role), SYSTEM.person(organization.member(role)))) {
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
        assertThat(sent()).isEmpty();
    }

    private JsonNode list(String query) {
        return operator.get(PATH + query + "&pageSize=500&reason=" + reason)
                .json()
                .path("data");
    }

    /** Over as many pages as it takes: one looks at few letters, and other tests have some too. */
    private List<String> ids(String query) {
        List<String> ids = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            ApiClient.Answer page = operator.get(PATH + query + "&reason=" + reason + "&cursor=" + cursor.get());
            assertThat(page.outcome()).as(page.body()).isEqualTo("200");
            page.json().path("data").forEach(letter -> ids.add(letter.path("id").asString()));
            cursor = next(page);
        }
        return ids;
    }

    private static Optional<String> next(ApiClient.Answer answer) {
        JsonNode next = answer.json().required("nextCursor");
        return next.isNull() ? Optional.empty() : Optional.of(next.asString());
    }

    private ApiClient.Answer replay(String members) {
        return operator.post(PATH + "/replay", "{" + members + ",\"reason\":\"price added\"}");
    }

    private static List<String> outcomes(ApiClient.Answer answer) {
        return answer.json()
                .path("data")
                .valueStream()
                .map(letter -> letter.path("id").asString() + " "
                        + letter.path("outcome").asString())
                .toList();
    }

    private static String shown(JsonNode bytes) {
        return bytes.path("encoding").asString() + " " + bytes.path("content").asString() + " "
                + bytes.path("size").asInt() + " " + bytes.path("truncated").asBoolean();
    }

    private List<String> audited() {
        return organization
                .owner()
                .get(organization.path("/audit-log"))
                .json()
                .path("data")
                .valueStream()
                .map(change -> change.path("action").asString() + " "
                        + change.path("reason").asString() + " " + change.path("after"))
                .toList();
    }

    /** What was sent back of this test's organization. */
    private List<ConsumerRecord<byte[], byte[]>> sent() {
        return TopicReader.read(TestInfra.shared().bootstrapServers(), USAGE).stream()
                .filter(record -> organization.id().equals(new String(record.key(), StandardCharsets.UTF_8)))
                .toList();
    }

    private String refuse(String key, byte[] value, String... headers) {
        return refuse(LETTERS, key, value, Instant.now(), headers);
    }

    /** Writes a letter, as a worker does, and returns its id. */
    private String refuse(String topic, String key, byte[] value, Instant at, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (String header : headers) {
            all.add(header.split("=", 2)[0], bytes(header.split("=", 2)[1]));
        }
        ConsumerRecord<byte[], byte[]> original = new ConsumerRecord<>(
                topic.replace("-dlt", ""),
                3,
                42,
                1000,
                TimestampType.CREATE_TIME,
                1,
                1,
                key == null ? null : bytes(key),
                value,
                all,
                Optional.empty());
        ProducerRecord<byte[], byte[]> letter =
                DeadLetterMessage.of(topic, original, reason, "of tests", Instant.parse("2026-03-01T00:00:00Z"));
        return written(
                new ProducerRecord<>(topic, null, at.toEpochMilli(), letter.key(), letter.value(), letter.headers()));
    }

    private static String written(ProducerRecord<byte[], byte[]> letter) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", TestInfra.shared().bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            RecordMetadata there = producer.send(letter).get();
            return there.topic() + "/" + there.partition() + "/" + there.offset();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
