package dev.aicredits.wire;

import dev.aicredits.usage.UsageEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A valid event to spoil: its members as JSON text, in the order in which they are written. */
final class SampleEvent {

    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final String ID = "0198a2b4-7c1e-7d3f-8a5b-112233445566";
    static final String SOURCE = "/runtime/eu-1";
    static final String TRUSTED_SOURCE = "/gateway/costs";
    static final UsageLimits LIMITS =
            new UsageLimits(Duration.ofDays(30), Duration.ofMinutes(5), 1 << 20, Set.of(TRUSTED_SOURCE));

    final Map<String, String> envelope = new LinkedHashMap<>();
    final Map<String, String> data = new LinkedHashMap<>();

    static SampleEvent inference() {
        SampleEvent event = new SampleEvent("inference");
        event.data.put("provider", "\"anthropic\"");
        event.data.put("model", "\"claude-sonnet-4-5\"");
        event.data.put("inputTokens", "1200");
        event.data.put("cachedInputTokens", "1000");
        event.data.put("cacheCreationInputTokens", "100");
        event.data.put("outputTokens", "80");
        return event;
    }

    static SampleEvent toolCall() {
        SampleEvent event = new SampleEvent("tool_call");
        event.data.put("unit", "\"web_search\"");
        event.data.put("quantity", "3");
        return event;
    }

    private SampleEvent(String kind) {
        envelope.put("specversion", "\"1.0\"");
        envelope.put("id", quoted(ID));
        envelope.put("source", quoted(SOURCE));
        envelope.put("type", quoted(UsageEvent.TYPE));
        envelope.put("subject", "\"ag_support\"");
        envelope.put("time", "\"2026-11-23T09:59:58.123456Z\"");
        envelope.put("datacontenttype", "\"application/json\"");
        data.put("organizationId", "\"org_acme\"");
        data.put("agentId", "\"ag_support\"");
        data.put("externalUserId", "\"usr_17\"");
        data.put("conversationId", "\"conv_1\"");
        data.put("runId", "\"run_1\"");
        data.put("kind", quoted(kind));
    }

    /** Sets a member, {@code data.x} or one of the envelope, to that JSON text; null leaves it out. */
    SampleEvent with(String path, String json) {
        boolean ofData = path.startsWith("data.");
        Map<String, String> members = ofData ? data : envelope;
        String name = ofData ? path.substring("data.".length()) : path;
        if (json == null) {
            members.remove(name);
        } else {
            members.put(name, json);
        }
        return this;
    }

    /** The JSON string of that text, which needs no escapes. */
    static String quoted(String text) {
        return '"' + text + '"';
    }

    String dataJson() {
        return object(data);
    }

    String json() {
        Map<String, String> whole = new LinkedHashMap<>(envelope);
        whole.putIfAbsent("data", dataJson());
        return object(whole);
    }

    /** The headers of binary mode: every attribute that is a JSON string. */
    Headers binaryHeaders() {
        RecordHeaders headers = new RecordHeaders();
        envelope.forEach((name, json) -> {
            if (!name.equals("datacontenttype")) {
                headers.add("ce_" + name, utf8(json.substring(1, json.length() - 1)));
            }
        });
        headers.add("content-type", utf8("application/json"));
        return headers;
    }

    DecodedUsage decodeStructured() {
        return decode(headers("content-type", "application/cloudevents+json; charset=UTF-8"), json());
    }

    DecodedUsage decodeBinary() {
        return decode(binaryHeaders(), dataJson());
    }

    static DecodedUsage decode(Headers headers, String value) {
        return decoder().decode(null, headers, utf8(value));
    }

    static UsageEventDecoder decoder() {
        return new UsageEventDecoder(LIMITS, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    static Headers headers(String name, String value) {
        return new RecordHeaders().add(name, utf8(value));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String object(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> quoted(member.getKey()) + ":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }
}
