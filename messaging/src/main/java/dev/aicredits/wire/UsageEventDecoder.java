package dev.aicredits.wire;

import dev.aicredits.usage.UsageEvent;
import dev.aicredits.wire.DecodedUsage.Refused;
import dev.aicredits.wire.DecodedUsage.Usable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Turns a record of the usage topic into a validated event or the reason why it is none.
 *
 * <p>Takes CloudEvents 1.0 in JSON, in structured and in binary mode. Never throws, whatever the bytes: a record that
 * stopped the consumer would stop its partition for good. Where several rules are broken, the reasons have the order of
 * {@link DeadLetterReason}. Safe for use by many threads.
 */
public final class UsageEventDecoder {

    private static final String CONTENT_TYPE = "content-type";
    private static final byte[] STRUCTURED = MediaType.STRUCTURED.getBytes(StandardCharsets.US_ASCII);

    private final UsageLimits limits;
    private final Clock clock;

    /** Takes what {@code limits} allow, by the time of {@code clock}. */
    public UsageEventDecoder(UsageLimits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /** Decodes one record; a null key names no organization and so contradicts none. */
    public DecodedUsage decode(byte @Nullable [] key, Headers headers, byte @Nullable [] value) {
        return admit(key, read(headers, value == null ? null : ByteBuffer.wrap(value)), clock.instant());
    }

    /**
     * The first half of {@link #decode}: what the bytes say, whoever sent them and whenever. For who has the bytes at hand
     * before the rest; {@code value} is not kept, and keeps its position.
     */
    public DecodedUsage read(Headers headers, @Nullable ByteBuffer value) {
        if (value == null || !value.hasRemaining()) {
            return malformed("there is no value");
        }
        if (value.remaining() > limits.valueBytesMax()) {
            return new Refused(DeadLetterReason.TOO_LARGE, "the value has too many bytes");
        }
        EventAttributes attributes = new EventAttributes();
        UsageData data = new UsageData();
        try {
            read(headers, Bytes.of(value), attributes, data);
        } catch (MalformedUsageException e) {
            return malformed(e.detail());
        } catch (JacksonException e) {
            return malformed("the value is not JSON within our limits");
        } catch (RuntimeException e) {
            // A defect of the parser, such as an index out of bounds: the one record is parked, the partition goes on.
            return malformed("the value breaks the JSON parser");
        }
        return judge(attributes, data);
    }

    private static void read(Headers headers, Bytes value, EventAttributes attributes, UsageData data) {
        String contentType = contentType(headers);
        if (MediaType.isStructured(contentType)) {
            new StructuredEvent(attributes, data).read(value);
            return;
        }
        if (MediaType.isBatched(contentType)) {
            throw new MalformedUsageException("batched mode is not taken here");
        }
        if (!BinaryEvent.isMarked(headers)) {
            // Headers that say nothing, such as a console producer's.
            new StructuredEvent(attributes, data).read(value);
            return;
        }
        if (!contentType.isEmpty() && !MediaType.isJson(contentType)) {
            throw new MalformedUsageException("content-type is not JSON");
        }
        new BinaryEvent(attributes, data).read(headers, value);
    }

    private static String contentType(Headers headers) {
        Header header = headers.lastHeader(CONTENT_TYPE);
        if (header == null || header.value() == null) {
            return "";
        }
        // What nearly every event says, without a text of its own.
        return Arrays.equals(header.value(), STRUCTURED)
                ? MediaType.STRUCTURED
                : new String(header.value(), StandardCharsets.UTF_8);
    }

    /**
     * The second half of {@link #decode}: refuses what was read if {@code key} names another organization, or if it is too
     * old or too new at {@code now}.
     */
    public DecodedUsage admit(byte @Nullable [] key, DecodedUsage read, Instant now) {
        if (!(read instanceof Usable usable)) {
            return read;
        }
        UsageEvent event = usable.event();
        if (key != null && !Arrays.equals(key, event.organizationId().getBytes(StandardCharsets.UTF_8))) {
            return new Refused(DeadLetterReason.WRONG_ORGANIZATION, "the key is not data.organizationId");
        }
        Refused outOfRange = outOfRange(event.occurredAt(), now);
        return outOfRange == null ? read : outOfRange;
    }

    private DecodedUsage judge(EventAttributes attributes, UsageData data) {
        String problem = invalidField(attributes, data);
        if (problem != null) {
            return new Refused(DeadLetterReason.INVALID_FIELD, problem);
        }
        UsageEvent event = new UsageEvent(
                attributes.dedupeKey(),
                data.organizationId(),
                data.agentId(),
                data.externalUserId(),
                attributes.time(),
                data.consumption(),
                isTrusted(attributes) ? data.cost() : null,
                data.holdId());
        return new Usable(event, data.namesCost());
    }

    private @Nullable Refused outOfRange(Instant occurredAt, Instant now) {
        // Whole seconds decide nearly always; the exact comparison is for the edge.
        long seconds = now.getEpochSecond() - occurredAt.getEpochSecond();
        if (seconds < limits.ageMax().toSeconds()
                && -seconds < limits.futureMax().toSeconds()) {
            return null;
        }
        Duration age = Duration.between(occurredAt, now);
        if (age.compareTo(limits.ageMax()) > 0) {
            return new Refused(DeadLetterReason.TIME_OUT_OF_RANGE, "time is too long ago");
        }
        return age.negated().compareTo(limits.futureMax()) > 0
                ? new Refused(DeadLetterReason.TIME_OUT_OF_RANGE, "time is too far in the future")
                : null;
    }

    private @Nullable String invalidField(EventAttributes attributes, UsageData data) {
        String problem = attributes.problem();
        if (problem == null) {
            problem = data.problem();
        }
        if (problem == null && !attributes.areAbout(data.agentId())) {
            problem = "subject is not data.agentId";
        }
        if (problem == null && isTrusted(attributes)) {
            problem = data.costProblem();
        }
        return problem;
    }

    private boolean isTrusted(EventAttributes attributes) {
        return limits.trustedSources().contains(attributes.source());
    }

    private static Refused malformed(String detail) {
        return new Refused(DeadLetterReason.MALFORMED, detail);
    }
}
