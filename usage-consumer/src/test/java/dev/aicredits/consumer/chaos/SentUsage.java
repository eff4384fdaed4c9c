package dev.aicredits.consumer.chaos;

import dev.aicredits.usage.UsageEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One usage event as the agent platform sends it, and what it must cost.
 *
 * <p>The cost is worked out here from the published prices, apart from the code under test: gpt-4o-mini at 150 nano-USD an
 * input token, 75 a cached one and 600 an output token; a tool call at 500,000.
 */
record SentUsage(
        UUID id,
        String organizationId,
        String agentId,
        @Nullable String externalUserId,
        Instant occurredAt,
        long costNanos,
        String usage) {

    static final int ORGANIZATIONS = 20;
    private static final int AGENTS = 2;
    private static final int USERS = 3;
    private static final int TOOL_CALL_PERCENT = 20;

    /** A new event of this moment. */
    static SentUsage next(SplittableRandom random) {
        int organization = random.nextInt(ORGANIZATIONS);
        int agent = random.nextInt(AGENTS);
        int user = random.nextInt(USERS + 1);
        UUID id = new UUID(random.nextLong(), random.nextLong());
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        String agentId = "ag_%d_%d".formatted(organization, agent);
        String externalUserId = user == USERS ? null : "user_" + user;
        if (random.nextInt(100) < TOOL_CALL_PERCENT) {
            long quantity = random.nextLong(1, 10);
            String usage = "\"kind\":\"tool_call\",\"unit\":\"call\",\"quantity\":" + quantity;
            return new SentUsage(
                    id, organizationId(organization), agentId, externalUserId, now, quantity * 500_000, usage);
        }
        long cached = random.nextInt(500);
        long plain = random.nextInt(2_000);
        long output = random.nextInt(800);
        String usage = "\"kind\":\"inference\",\"provider\":\"openai\",\"model\":\"gpt-4o-mini\",\"inputTokens\":"
                + (cached + plain) + ",\"cachedInputTokens\":" + cached + ",\"outputTokens\":" + output;
        long costNanos = plain * 150 + cached * 75 + output * 600;
        return new SentUsage(id, organizationId(organization), agentId, externalUserId, now, costNanos, usage);
    }

    static String organizationId(int organization) {
        return "org_chaos_" + organization;
    }

    /** As a CloudEvent in structured mode. */
    byte[] json() {
        String user = externalUserId == null ? "" : "\"externalUserId\":\"" + externalUserId + "\",";
        return """
                {"specversion":"1.0","id":"%s","source":"/chaos","type":"%s","subject":"%s","time":"%s",
                 "datacontenttype":"application/json",
                 "data":{"organizationId":"%s","agentId":"%s",%s%s}}""".formatted(id, UsageEvent.TYPE, agentId, occurredAt, organizationId, agentId, user, usage)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Adds what the ledger must hold because of it. */
    void addTo(Figures figures) {
        String window = occurredAt
                .atZone(ZoneOffset.UTC)
                .toLocalDate()
                .withDayOfMonth(1)
                .toString();
        figures.add(organizationId + " balance", -costNanos);
        figures.add(organizationId + " entries", 1);
        figures.add(agentId + " " + window + " spent", costNanos);
        figures.add(agentId + " " + window + " entries", 1);
        String user = agentId + " " + (externalUserId == null ? "anonymous" : externalUserId) + " " + window;
        figures.add(user + " spent", costNanos);
        figures.add(user + " entries", 1);
    }
}
