package dev.aicredits.wire;

import static dev.aicredits.wire.SampleEvent.decoder;
import static dev.aicredits.wire.SampleEvent.headers;
import static dev.aicredits.wire.SampleEvent.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.wire.DecodedUsage.Refused;
import dev.aicredits.wire.DecodedUsage.Usable;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class UsageFuzzTest {

    private static final int ROUNDS = 30_000;
    private static final String SYNTAX = "{}[]\",:\\u0e.-+/ \n\0\u007f";
    private static final List<String> PIECES = List.of(
            "null",
            "true",
            "1e308",
            "-1",
            "\"\"",
            "{}",
            "[[[[",
            "\\ud800",
            "\\u0000",
            "\"id\":1,",
            ",\"data\":{}",
            "\u00fc",
            "\ufeff");

    /** Every word a detail may have; the fields are ours, not the payload's. */
    private static final Pattern DETAIL = Pattern.compile("("
            + Stream.concat(
                            Arrays.stream(EventAttribute.values()).map(EventAttribute::wireName),
                            Arrays.stream(UsageField.values()).map(UsageField::path))
                    .map(Pattern::quote)
                    .collect(Collectors.joining("|"))
            + ") (is (missing|empty|too long|not text|negative|not positive|too great|not a number|not an integer"
            + "|not an object|not JSON|not a known kind|not 1\\.0|not dev\\.aicredits\\.agent\\.usage\\.v1|not data\\.agentId"
            + "|not an amount in nano-USD|not an RFC 3339 time with an offset|too long ago|too far in the future"
            + "|less than its cached and cache-creation parts)|has a (control character|lone surrogate)"
            + "|and data\\.outputTokens are both zero)"
            + "|there is no value|the value is not (a JSON object|JSON within our limits)|the bytes are not UTF-8"
            + "|a member of the JSON comes twice|something follows the JSON object|data_base64 is not taken here"
            + "|batched mode is not taken here|content-type is not JSON|the key is not data\\.organizationId");

    @Test
    void aMutatedEventIsUsableOrRefusedAndNeverThrown() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        UsageEventDecoder decoder = decoder();
        Map<DeadLetterReason, Integer> refused = new EnumMap<>(DeadLetterReason.class);
        int usable = 0;
        for (int round = 0; round < ROUNDS; round++) {
            SampleEvent event = sample(random);
            boolean binary = random.nextBoolean();
            byte[] value = mutated(utf8(binary ? event.dataJson() : event.json()), random);
            Headers headers = binary ? mutated(event.binaryHeaders(), random) : structuredHeaders(random);
            byte[] key = random.nextBoolean() ? null : mutated(utf8("org_acme"), random);
            DecodedUsage decoded = decoder.decode(key, headers, value);
            if (decoded instanceof Refused refusal) {
                assertThat(refusal.detail())
                        .as("seed %d, round %d", seed, round)
                        .matches(DETAIL);
                refused.merge(refusal.reason(), 1, Integer::sum);
            } else {
                assertThat(decoded).isInstanceOf(Usable.class);
                usable++;
            }
        }
        assertThat(usable).as("usable, seed %d", seed).isGreaterThan(ROUNDS / 100);
        assertThat(refused)
                .as("seed %d", seed)
                .containsKeys(
                        DeadLetterReason.MALFORMED,
                        DeadLetterReason.INVALID_FIELD,
                        DeadLetterReason.WRONG_ORGANIZATION,
                        DeadLetterReason.TIME_OUT_OF_RANGE);
    }

    /** One parser of a thread reads one value after the other; none may be read as the rest of another. */
    @Test
    void whatCameBeforeChangesNothing() throws InterruptedException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        UsageEventDecoder decoder = decoder();
        for (int round = 0; round < ROUNDS / 10; round++) {
            byte[] value = mutated(utf8(sample(random).with("x" + round, "[]").json()), random);
            Headers headers = structuredHeaders(random);
            AtomicReference<DecodedUsage> alone = new AtomicReference<>();
            Thread fresh = new Thread(() -> alone.set(decoder.decode(null, headers, value)));
            fresh.start();
            fresh.join();
            assertThat(decoder.decode(null, headers, value))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(alone.get());
        }
    }

    @Test
    void randomBytesAreRefusedAndNeverThrown() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS / 3; round++) {
            byte[] value = new byte[random.nextInt(64)];
            random.nextBytes(value);
            assertThat(decoder().decode(null, new RecordHeaders(), value))
                    .as("seed %d", seed)
                    .isInstanceOf(Refused.class);
        }
    }

    private static SampleEvent sample(Random random) {
        SampleEvent event = random.nextBoolean() ? SampleEvent.inference() : SampleEvent.toolCall();
        if (random.nextBoolean()) {
            event.with("source", SampleEvent.quoted(SampleEvent.TRUSTED_SOURCE)).with("data.costUsd", "0.25");
        }
        return event;
    }

    private static Headers structuredHeaders(Random random) {
        return random.nextBoolean() ? new RecordHeaders() : headers("content-type", "application/cloudevents+json");
    }

    private static Headers mutated(Headers headers, Random random) {
        RecordHeaders mutated = new RecordHeaders();
        headers.forEach(header ->
                mutated.add(header.key(), random.nextInt(20) == 0 ? mutated(header.value(), random) : header.value()));
        return mutated;
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] mutated = bytes.clone();
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            mutated = mutatedOnce(mutated, random);
        }
        return mutated;
    }

    private static byte[] mutatedOnce(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        int end = Math.min(bytes.length, at + 1 + random.nextInt(12));
        return switch (random.nextInt(6)) {
            case 0 -> spliced(bytes, at, at + 1, new byte[] {(byte) random.nextInt(256)});
            case 1 -> spliced(bytes, at, at + 1, new byte[] {(byte) SYNTAX.charAt(random.nextInt(SYNTAX.length()))});
            case 2 -> spliced(bytes, at, end, new byte[0]);
            case 3 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
            case 4 -> spliced(bytes, at, at, utf8(PIECES.get(random.nextInt(PIECES.size()))));
            default -> spliced(bytes, at, at + 1, new byte[] {(byte) ('0' + random.nextInt(10))});
        };
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] piece) {
        byte[] whole = new byte[bytes.length - (to - from) + piece.length];
        System.arraycopy(bytes, 0, whole, 0, from);
        System.arraycopy(piece, 0, whole, from, piece.length);
        System.arraycopy(bytes, to, whole, from + piece.length, bytes.length - to);
        return whole;
    }
}
