package dev.aicredits.local;

import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Makes up what agents use: structured CloudEvents of this moment, with counts as agents have them. One thread. */
final class UsageSampler {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] CONTENT_TYPE = "application/cloudevents+json".getBytes(StandardCharsets.US_ASCII);
    private static final String SOURCE = "/aicredits/simulated-platform";
    private static final int EVENT_BYTES = 512;

    private static final int INFERENCE_PERCENT = 80;
    private static final int TOOL_CALL_PERCENT = 15;
    private static final int ANONYMOUS_PERCENT = 25;
    private static final int CACHED_PERCENT = 40;
    private static final int SYSTEM_PROMPT_TOKENS = 400;
    private static final int INPUT_TOKENS_MAX = 2_000;
    private static final int OUTPUT_TOKENS_MAX = 500;
    private static final int CONVERSATIONS = 1_000;
    private static final int QUANTITY_MAX = 3;

    private final List<DemoOrganization> organizations;
    private final ShippedRates rates;
    private final Stops stops;
    private final Clock clock;
    private final SplittableRandom random = new SplittableRandom();

    UsageSampler(List<DemoOrganization> organizations, ShippedRates rates, Stops stops, Clock clock) {
        this.organizations = organizations;
        this.rates = rates;
        this.stops = stops;
        this.clock = clock;
    }

    /** The next event, keyed by its organization; empty if the one whose turn it is has been stopped. */
    Optional<ProducerRecord<byte[], byte[]>> next() {
        DemoOrganization organization = any(organizations);
        String agentId = any(organization.agents()).id();
        String user = happens(ANONYMOUS_PERCENT)
                ? null
                : any(organization.externalUsers()).id();
        if (!stops.allow(organization.id(), agentId, user)) {
            return Optional.empty();
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        RecordHeaders headers = new RecordHeaders();
        headers.add("content-type", CONTENT_TYPE);
        return Optional.of(new ProducerRecord<>(
                UsageEvent.TOPIC,
                null,
                organization.id().getBytes(StandardCharsets.UTF_8),
                event(organization, agentId, user, now),
                headers));
    }

    private byte[] event(DemoOrganization organization, String agentId, @Nullable String user, Instant now) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(EVENT_BYTES);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("specversion", "1.0");
            json.writeStringProperty("id", uuidV7(now).toString());
            json.writeStringProperty("source", SOURCE);
            json.writeStringProperty("type", UsageEvent.TYPE);
            json.writeStringProperty("subject", agentId);
            json.writeStringProperty("time", now.toString());
            json.writeStringProperty("datacontenttype", "application/json");
            json.writeObjectPropertyStart("data");
            json.writeStringProperty("organizationId", organization.id());
            json.writeStringProperty("agentId", agentId);
            if (user != null) {
                json.writeStringProperty("externalUserId", user);
            }
            json.writeStringProperty("conversationId", "conv_" + random.nextInt(CONVERSATIONS));
            writeConsumption(json);
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private void writeConsumption(JsonGenerator json) {
        int percent = random.nextInt(100);
        if (percent < INFERENCE_PERCENT) {
            writeInference(json);
        } else {
            UsageKind kind =
                    percent < INFERENCE_PERCENT + TOOL_CALL_PERCENT ? UsageKind.TOOL_CALL : UsageKind.HOSTED_SERVER;
            json.writeStringProperty("kind", kind.wireName());
            json.writeStringProperty(
                    "unit", Objects.requireNonNull(rates.units().get(kind)));
            json.writeNumberProperty("quantity", 1 + random.nextInt(QUANTITY_MAX));
        }
    }

    private void writeInference(JsonGenerator json) {
        ShippedRates.Model model = any(rates.models());
        int input = SYSTEM_PROMPT_TOKENS + random.nextInt(INPUT_TOKENS_MAX);
        json.writeStringProperty("kind", UsageKind.INFERENCE.wireName());
        json.writeStringProperty("provider", model.provider());
        json.writeStringProperty("model", model.name());
        json.writeNumberProperty("inputTokens", input);
        json.writeNumberProperty("cachedInputTokens", happens(CACHED_PERCENT) ? SYSTEM_PROMPT_TOKENS : 0);
        json.writeNumberProperty("outputTokens", 1 + random.nextInt(OUTPUT_TOKENS_MAX));
    }

    private boolean happens(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** RFC 9562: 48 bits of milliseconds, then random ones. In time order, which keeps the ledger's index small. */
    private UUID uuidV7(Instant now) {
        long high = (now.toEpochMilli() << 16) | 0x7000 | random.nextInt(1 << 12);
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
