package dev.aicredits.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.control.BudgetAlert;
import dev.aicredits.control.ControlAck;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.control.Target;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.ledger.LedgerChange.Scope;
import dev.aicredits.ledger.LedgerChange.Spend;
import dev.aicredits.money.Usd;
import dev.aicredits.testkit.DocumentedTopics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The AsyncAPI document against what our codecs write, and against the topics that there are. */
class AsyncApiTest {

    private static final DocumentedTopics DOCUMENT = DocumentedTopics.load();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00.123456Z");
    private static final Target USER = Target.externalUser("org_a", "ag_1", "u/1");
    private static final LocalDate MONTH = LocalDate.parse("2026-11-01");
    private static final String CAUSED_BY = "0190a6b0-0000-7000-8000-000000000001";

    private static final List<ProducerRecord<byte[], byte[]>> CONTROL = List.of(
            ControlSignalMessage.of("t", signal(USER, 3, "0.000000001", "10", NOW, CAUSED_BY)),
            ControlSignalMessage.of("t", signal(USER, 4, null, null, null, null)),
            ControlSignalMessage.of("t", signal(Target.agent("org_a", "ag_1"), 1, "1", "1", NOW, null)),
            ControlSignalMessage.of("t", signal(Target.anonymous("org_a", "ag_1"), 1, "1", "1", NOW, null)),
            ControlSignalMessage.of("t", signal(Target.organization("org_a"), 2, null, null, null, null)));
    private static final List<ProducerRecord<byte[], byte[]>> LEDGER = List.of(
            LedgerChangeMessage.of(
                    "t",
                    new LedgerChange(
                            "org_a",
                            9,
                            0,
                            -1,
                            List.of(
                                    new Spend(Scope.AGENT, "ag_1", null, MONTH, 1),
                                    new Spend(Scope.ANONYMOUS, "ag_1", null, MONTH, 2_500_000_000L),
                                    new Spend(Scope.EXTERNAL_USER, "ag_1", "u", MONTH, 1))),
                    "test",
                    NOW,
                    1_234),
            LedgerChangeMessage.of("t", LedgerChange.afterEntry("org_a", 1, Long.MIN_VALUE / 4), "test", NOW),
            BudgetChangeMessage.of("t", "org_a", 1, "test", NOW));
    private static final List<ProducerRecord<byte[], byte[]>> ACKS = List.of(
            ControlAckMessage.of("t", new ControlAck(USER, 3), "platform", NOW),
            ControlAckMessage.of("t", new ControlAck(Target.agent("org_a", "ag_1"), 1), "platform", NOW),
            ControlAckMessage.of("t", new ControlAck(Target.organization("org_a"), 1), "platform", NOW));
    private static final List<ProducerRecord<byte[], byte[]>> ALERTS = List.of(
            BudgetAlertMessage.of(
                    "t", new BudgetAlert(USER, 20_000, 80, Usd.of("10"), Usd.of("8"), Usd.of("3"), NOW, NOW)),
            BudgetAlertMessage.of(
                    "t",
                    new BudgetAlert(
                            Target.organization("org_a"), 7, 100, Usd.of("10"), Usd.of("10"), Usd.ZERO, null, NOW)));

    private static ControlSignal signal(
            Target target, long version, String limit, String spent, Instant end, String causedBy) {
        return new ControlSignal(
                target,
                version,
                limit == null ? null : Usd.of(limit),
                spent == null ? null : Usd.of(spent),
                Usd.of("-0.5"),
                end,
                "usage",
                causedBy,
                NOW);
    }

    private static List<ProducerRecord<byte[], byte[]>> letters() {
        ConsumerRecord<byte[], byte[]> original =
                new ConsumerRecord<>("agent.usage.v1", 3, 42, bytes("key"), bytes("\u0000 no JSON"));
        return List.of(
                DeadLetterMessage.of("t", original, "malformed", "no JSON", NOW),
                DeadLetterMessage.of("t", original, "conflict", null, NOW));
    }

    @Test
    void whatOurCodecsWriteIsDocumentedToTheLastMember() {
        assertThat(problems("agent.control.v1", CONTROL)).isEmpty();
        assertThat(problems("billing.ledger.v1", LEDGER)).isEmpty();
        assertThat(problems("agent.control-acks.v1", ACKS)).isEmpty();
        assertThat(problems("billing.alerts.v1", ALERTS)).isEmpty();
        for (String topic : List.of(
                "agent.usage.v1-dlt", "billing.ledger.v1-dlt", "agent.control-acks.v1-dlt", "stripe.events.v1-dlt")) {
            assertThat(problems(topic, letters())).isEmpty();
        }
    }

    private static List<String> problems(String address, List<ProducerRecord<byte[], byte[]>> messages) {
        return messages.stream()
                .flatMap(message -> DOCUMENT.problems(address, message.headers(), message.value()).stream())
                .toList();
    }

    /** No member is documented that never comes. */
    @Test
    void whatIsDocumentedIsWritten() {
        Map<String, List<ProducerRecord<byte[], byte[]>>> written = Map.of(
                "Signal", CONTROL,
                "LedgerChanged", LEDGER.subList(0, 2),
                "BudgetsChanged", LEDGER.subList(2, 3),
                "Acknowledged", ACKS,
                "BudgetAlert", ALERTS);
        written.forEach(
                (schema, messages) -> assertThat(members(messages)).as(schema).isEqualTo(DOCUMENT.members(schema)));
        Set<String> headers = new TreeSet<>();
        letters().forEach(letter -> letter.headers().forEach(header -> headers.add(header.key())));
        assertThat(headers).isEqualTo(DOCUMENT.members("DeadLetterHeaders"));
        assertThat(DOCUMENT.members("Spend"))
                .isEqualTo(spends(JSON.readTree(LEDGER.get(0).value())));
    }

    private static Set<String> members(List<ProducerRecord<byte[], byte[]>> messages) {
        Set<String> members = new TreeSet<>();
        messages.forEach(
                message -> members.addAll(JSON.readTree(message.value()).propertyNames()));
        return members;
    }

    private static Set<String> spends(JsonNode change) {
        Set<String> members = new TreeSet<>();
        change.path("spends").forEach(spend -> members.addAll(spend.propertyNames()));
        return members;
    }

    /** A check that lets everything pass would pass too. */
    @Test
    void whatIsOtherwiseIsNoticed() {
        ProducerRecord<byte[], byte[]> stop = CONTROL.get(0);
        String value = new String(stop.value(), StandardCharsets.UTF_8);
        for (String wrong : List.of(
                value.replace("\"version\":3", "\"version\":\"3\""),
                value.replace("\"version\":3,", ""),
                value.replace("external_user_budget_exhausted", "tired"),
                value.replace("2026-11-25T12", "yesterday"),
                value.replace("{\"org", "{\"more\":1,\"org"),
                "[]",
                "not JSON")) {
            assertThat(DOCUMENT.problems("agent.control.v1", stop.headers(), bytes(wrong)))
                    .as(wrong)
                    .isNotEmpty();
        }
        assertThat(DOCUMENT.problems("billing.alerts.v1", stop.headers(), stop.value()))
                .isNotEmpty();
        assertThat(DOCUMENT.problems(
                        "billing.ledger.v1",
                        LEDGER.get(0).headers(),
                        bytes(new String(LEDGER.get(0).value(), StandardCharsets.UTF_8)
                                .replace("\"spentUsd\":0.000000001}", "\"spentUsd\":0.000000001,\"more\":1}"))))
                .isNotEmpty();
    }

    @Test
    void itHasTheTopicsThatAreDeclared() {
        Map<String, Integer> documented = new TreeMap<>();
        DOCUMENT.document()
                .path("channels")
                .forEach(channel -> documented.put(
                        channel.path("address").asString(),
                        channel.at("/bindings/kafka/partitions").asInt()));
        Map<String, Integer> declared = new TreeMap<>();
        yaml(Path.of("..", "infra", "topics.yaml"))
                .path("topics")
                .forEach(topic -> declared.put(
                        topic.path("name").asString(), topic.path("partitions").asInt()));

        assertThat(documented).isEqualTo(declared);
    }

    @Test
    void itIsOfTheVersionThatItSaysAndEveryReferenceLeadsSomewhere() {
        assertThat(DOCUMENT.document().path("asyncapi").asString()).isEqualTo("3.0.0");
        List<String> references = DOCUMENT.document().findValues("$ref").stream()
                .map(JsonNode::asString)
                .toList();
        assertThat(references).hasSizeGreaterThan(50).allSatisfy(reference -> assertThat(
                        DOCUMENT.document().at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
        assertThat(DOCUMENT.document().path("operations"))
                .allSatisfy(operation ->
                        assertThat(operation.path("action").asString()).isIn("send", "receive"));
    }

    private static JsonNode yaml(Path file) {
        try {
            return YAMLMapper.builder().build().readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
