package dev.aicredits.consumer;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * An event as a producer writes it, and what it costs by {@link TestRates}. The JSON is put together from text, not by
 * the library that reads it.
 *
 * @param externalUserId null for an anonymous call
 */
record TestUsage(
        String id,
        String organizationId,
        String agentId,
        String externalUserId,
        Instant time,
        String model,
        long inputTokens,
        long cachedInputTokens,
        long cacheCreationInputTokens,
        long outputTokens) {

    static final String SOURCE = "/test/platform";
    private static final String PADDING = "x".repeat(32 * 1024);
    static final String TYPE = "dev.aicredits.agent.usage.v1";

    /** A call of a hundred tokens in and ten out, now, with an id of its own. */
    static TestUsage of(String organizationId, String agentId) {
        return new TestUsage(
                UUID.randomUUID().toString(),
                organizationId,
                agentId,
                null,
                Instant.now(),
                TestRates.MODEL,
                100,
                0,
                0,
                10);
    }

    TestUsage withExternalUser(String user) {
        return new TestUsage(
                id,
                organizationId,
                agentId,
                user,
                time,
                model,
                inputTokens,
                cachedInputTokens,
                cacheCreationInputTokens,
                outputTokens);
    }

    TestUsage withModel(String other) {
        return new TestUsage(
                id,
                organizationId,
                agentId,
                externalUserId,
                time,
                other,
                inputTokens,
                cachedInputTokens,
                cacheCreationInputTokens,
                outputTokens);
    }

    TestUsage withTime(Instant other) {
        return new TestUsage(
                id,
                organizationId,
                agentId,
                externalUserId,
                other,
                model,
                inputTokens,
                cachedInputTokens,
                cacheCreationInputTokens,
                outputTokens);
    }

    TestUsage withOutputTokens(long other) {
        return new TestUsage(
                id,
                organizationId,
                agentId,
                externalUserId,
                time,
                model,
                inputTokens,
                cachedInputTokens,
                cacheCreationInputTokens,
                other);
    }

    BigDecimal cost() {
        return TestRates.inference(inputTokens, cachedInputTokens, cacheCreationInputTokens, outputTokens);
    }

    byte[] key() {
        return organizationId.getBytes(StandardCharsets.UTF_8);
    }

    String data() {
        String user = externalUserId == null ? "" : "\"externalUserId\":\"" + externalUserId + "\",";
        return """
                {"organizationId":"%s","agentId":"%s",%s"kind":"inference","provider":"%s","model":"%s",\
                "inputTokens":%d,"cachedInputTokens":%d,"cacheCreationInputTokens":%d,"outputTokens":%d}""".formatted(
                        organizationId,
                        agentId,
                        user,
                        TestRates.PROVIDER,
                        model,
                        inputTokens,
                        cachedInputTokens,
                        cacheCreationInputTokens,
                        outputTokens);
    }

    /** The event in structured mode. */
    String json() {
        return """
                {"specversion":"1.0","type":"%s","source":"%s","id":"%s","subject":"%s","time":"%s",\
                "datacontenttype":"application/json","data":%s}""".formatted(TYPE, SOURCE, id, agentId, time, data());
    }

    /** The event in structured mode with so many bytes: the rest is in a field that nobody reads. */
    byte[] jsonOf(int bytes) {
        String event = json();
        String open = event.substring(0, event.length() - 2) + ",\"padding\":[\"";
        String close = "\"]}}";
        StringBuilder padded = new StringBuilder(open);
        // No text may be longer than 64 KB.
        while (padded.length() + PADDING.length() + 3 + close.length() < bytes) {
            padded.append(PADDING).append("\",\"");
        }
        padded.append("x".repeat(bytes - padded.length() - close.length())).append(close);
        return padded.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The headers of binary mode; the value is {@link #data}. */
    Map<String, String> binaryHeaders() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ce_specversion", "1.0");
        headers.put("ce_type", TYPE);
        headers.put("ce_source", SOURCE);
        headers.put("ce_id", id);
        headers.put("ce_subject", agentId);
        headers.put("ce_time", time.toString());
        headers.put("content-type", "application/json");
        return headers;
    }
}
