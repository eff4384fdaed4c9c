package dev.aicredits.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.testkit.DocumentedTopics;
import dev.aicredits.wire.DecodedUsage.Usable;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The schema of usage events that producers are given, against the decoder that judges what they send. */
class UsageEventSchemaTest {

    private static final DocumentedTopics DOCUMENT = DocumentedTopics.load();

    /** What a producer may get wrong of a field. */
    private static final List<String> VALUES = Arrays.asList(
            null,
            "\"\"",
            "\"x\\u0000\"",
            "\"" + "x".repeat(600) + "\"",
            "7",
            "-1",
            "1.5",
            "1000000001",
            "true",
            "{}",
            "[]",
            "\"0198a2b4-7c1e-7d3f-8a5b-112233445577\"",
            "\"00000000-7c1e-8d3f-8a5b-112233445577\"",
            "\"00000000-7C1E-8D3F-AA5B-112233445577\"",
            "\"stripe:checkout_session\"",
            "\"dev.aicredits.hold/capture\"",
            "\"dev_aicredits.x\"",
            "\"2026-11-23T09:59:58Z\"",
            "\"2026-11-23T09:59:58\"",
            "\"inference\"",
            "\"tool_call\"");

    record Case(String path, String json, boolean inference) {
        SampleEvent event() {
            SampleEvent event = inference ? SampleEvent.inference() : SampleEvent.toolCall();
            return event.with(path, json);
        }
    }

    static Stream<Case> cases() {
        Stream<String> envelope = Stream.of("specversion", "id", "source", "type", "time");
        Stream<String> data = Arrays.stream(UsageField.values())
                .filter(field -> field != UsageField.COST_USD)
                .map(UsageField::path);
        return Stream.concat(envelope, data)
                .flatMap(path -> VALUES.stream().map(json -> List.of(path, String.valueOf(json))))
                .flatMap(pair -> Stream.of(true, false)
                        .map(inference ->
                                new Case(pair.get(0), pair.get(1).equals("null") ? null : pair.get(1), inference)));
    }

    /** Whoever keeps to the schema is not refused, and what it forbids is not taken. */
    @Test
    void schemaAndDecoderTakeTheSameEvents() {
        List<String> differences = cases().map(UsageEventSchemaTest::difference)
                .filter(difference -> !difference.isEmpty())
                .toList();

        assertThat(differences).isEmpty();
    }

    private static String difference(Case tried) {
        SampleEvent event = tried.event();
        // No schema can compare: not the parts of a count with the whole, and not what is said twice.
        if (tried.path().equals("data.inputTokens")) {
            event.with("data.cachedInputTokens", null).with("data.cacheCreationInputTokens", null);
        }
        if (tried.path().equals("data.agentId")
                && tried.json() != null
                && tried.json().startsWith("\"")) {
            event.with("subject", tried.json());
        }
        String json = event.json();
        DecodedUsage decoded = SampleEvent.decode(SampleEvent.headers("content-type", MediaType.STRUCTURED), json);
        List<String> problems = DOCUMENT.problems("UsageEvent", json);
        return decoded instanceof Usable == problems.isEmpty() ? "" : tried + ": " + decoded + ", schema " + problems;
    }

    @Test
    void everyFieldIsDocumented() {
        Set<String> fields = Arrays.stream(UsageField.values())
                .map(UsageField::wireName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> attributes = Arrays.stream(EventAttribute.values())
                .filter(attribute -> attribute != EventAttribute.DATA_BASE64)
                .map(EventAttribute::wireName)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(DOCUMENT.members("Usage")).isEqualTo(fields);
        attributes.addAll(Set.of("traceparent", "tracestate"));
        assertThat(DOCUMENT.members("UsageEvent")).isEqualTo(attributes);
    }
}
