package dev.aicredits.wire;

import static dev.aicredits.wire.SampleEvent.LIMITS;
import static dev.aicredits.wire.SampleEvent.NOW;
import static dev.aicredits.wire.SampleEvent.decoder;
import static dev.aicredits.wire.SampleEvent.inference;
import static dev.aicredits.wire.SampleEvent.quoted;
import static dev.aicredits.wire.SampleEvent.toolCall;
import static dev.aicredits.wire.SampleEvent.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.DedupeKeys;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import dev.aicredits.wire.DecodedUsage.Refused;
import dev.aicredits.wire.DecodedUsage.Usable;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageEventDecoderTest {

    private static final UsageEvent INFERENCE = new UsageEvent(
            DedupeKeys.of(SampleEvent.SOURCE, SampleEvent.ID),
            "org_acme",
            "ag_support",
            "usr_17",
            Instant.parse("2026-11-23T09:59:58.123456Z"),
            new Consumption.Inference("anthropic", "claude-sonnet-4-5", 1200, 1000, 100, 80),
            null);

    @Test
    void anInferenceIsReadWholly() {
        assertThat(inference().decodeStructured()).isEqualTo(new Usable(INFERENCE, false));
    }

    @Test
    void binaryModeGivesTheSameEvent() {
        assertThat(inference().decodeBinary()).isEqualTo(new Usable(INFERENCE, false));
    }

    @Test
    void aValueInTheMiddleOfABufferIsReadWhereItIs() {
        byte[] json = utf8(inference().json());
        ByteBuffer around =
                ByteBuffer.allocate(json.length + 20).put(new byte[7]).put(json).put(new byte[13]);
        ByteBuffer middle = around.position(7).limit(7 + json.length).slice();
        ByteBuffer direct = ByteBuffer.allocateDirect(json.length).put(json).flip();

        for (ByteBuffer value : List.of(middle, direct, direct.asReadOnlyBuffer(), around)) {
            assertThat(decoder().read(new RecordHeaders(), value)).isEqualTo(new Usable(INFERENCE, false));
            assertThat(value.remaining()).isEqualTo(json.length);
        }
    }

    @Test
    void keyAndTimeAreJudgedWhenItIsAdmitted() {
        DecodedUsage read = decoder()
                .read(new RecordHeaders(), ByteBuffer.wrap(utf8(inference().json())));

        assertThat(decoder().admit(utf8("org_acme"), read, NOW)).isEqualTo(read);
        assertThat(decoder().admit(null, read, NOW)).isEqualTo(read);
        assertThat(decoder().admit(utf8("org_other"), read, NOW))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(DeadLetterReason.WRONG_ORGANIZATION));
        assertThat(decoder().admit(null, read, NOW.plus(Duration.ofDays(31))))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(DeadLetterReason.TIME_OUT_OF_RANGE));
    }

    @ParameterizedTest
    @CsvSource({"tool_call, TOOL_CALL", "hosted_server, HOSTED_SERVER"})
    void whatIsNotInferenceIsCountedInItsUnit(String wireName, UsageKind kind) {
        Consumption expected = new Consumption.Counted(kind, "web_search", 3);
        assertThat(consumption(toolCall().with("data.kind", quoted(wireName)))).isEqualTo(expected);
    }

    @Test
    void aHoldThatIsNamedIsRead() {
        String hold = "0198a2b4-7c1e-7d3f-8a5b-112233445577";

        UsageEvent event =
                ((Usable) inference().with("data.holdId", quoted(hold)).decodeStructured()).event();

        assertThat(event.holdId()).isEqualTo(UUID.fromString(hold));
        assertThat(INFERENCE.holdId()).isNull();
    }

    @Test
    void membersMayComeInAnyOrder() {
        SampleEvent event = inference();
        SampleEvent reversed = inference();
        reversed.data.clear();
        reversed.envelope.clear();
        reversed.envelope.put("data", "{}");
        event.data.keySet().stream().sorted().forEach(name -> reversed.data.put(name, event.data.get(name)));
        event.envelope.keySet().stream()
                .sorted()
                .forEach(name -> reversed.envelope.put(name, event.envelope.get(name)));
        reversed.envelope.put("data", reversed.dataJson());
        assertThat(reversed.json()).startsWith("{\"data\"");
        assertThat(reversed.decodeStructured()).isEqualTo(new Usable(INFERENCE, false));
    }

    @Test
    void aUuidStandsForItselfAndAnotherIdForItsSourceToo() {
        assertThat(event(inference()).dedupeKey()).hasToString(SampleEvent.ID);
        assertThat(event(inference().with("id", "\"evt-1\"")).dedupeKey())
                .isEqualTo(DedupeKeys.of(SampleEvent.SOURCE, "evt-1"))
                .isNotEqualTo(event(inference().with("id", "\"evt-1\"").with("source", "\"/other\""))
                        .dedupeKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00fcber", "\u30e2\u30c7\u30eb", "\ud83d\ude80", "a b", "x'\u0301"})
    void textOfAnyLanguageIsKept(String text) {
        assertThat(event(inference().with("data.externalUserId", quoted(text))).externalUserId())
                .isEqualTo(text);
    }

    @Test
    void escapesInNamesAndTextsAreRead() {
        SampleEvent event = inference().with("data.agentId", null).with("data.\\u0061gentId", "\"ag_\\u0073upport\"");
        assertThat(event.decodeStructured()).isEqualTo(new Usable(INFERENCE, false));
    }

    @Test
    void anEventWithoutAnExternalUserIsAnonymous() {
        assertThat(event(inference().with("data.externalUserId", null)).externalUserId())
                .isNull();
        assertThat(event(inference().with("data.externalUserId", "null")).externalUserId())
                .isNull();
    }

    @Test
    void aMissingKeyIsAcceptedAndTheOrganizationAsKeyToo() {
        byte[] value = utf8(inference().json());
        assertThat(decoder().decode(null, new RecordHeaders(), value)).isInstanceOf(Usable.class);
        assertThat(decoder().decode(utf8("org_acme"), new RecordHeaders(), value))
                .isInstanceOf(Usable.class);
        byte[] other =
                utf8(inference().with("data.organizationId", "\"\\u00fcber\"").json());
        assertThat(decoder().decode(utf8("\u00fcber"), new RecordHeaders(), other))
                .isInstanceOf(Usable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "org_other", "org_acme ", "ORG_ACME", "org_acm"})
    void anotherKeyIsTheWrongOrganization(String key) {
        assertThat(decoder()
                        .decode(utf8(key), new RecordHeaders(), utf8(inference().json())))
                .isEqualTo(new Refused(DeadLetterReason.WRONG_ORGANIZATION, "the key is not data.organizationId"));
    }

    @Test
    void aMissingOrEmptyValueIsMalformed() {
        Refused expected = new Refused(DeadLetterReason.MALFORMED, "there is no value");
        assertThat(decoder().decode(null, new RecordHeaders(), null)).isEqualTo(expected);
        assertThat(decoder().decode(null, new RecordHeaders(), new byte[0])).isEqualTo(expected);
    }

    @Test
    void aValueOfTheGreatestSizeIsReadAndOneByteMoreIsTooLarge() {
        byte[] value = utf8(inference().json());
        byte[] greatest = Arrays.copyOf(value, LIMITS.valueBytesMax());
        Arrays.fill(greatest, value.length, greatest.length, (byte) ' ');
        assertThat(decoder().decode(null, new RecordHeaders(), greatest)).isInstanceOf(Usable.class);
        byte[] garbage = new byte[LIMITS.valueBytesMax() + 1];
        assertThat(decoder().decode(null, new RecordHeaders(), garbage))
                .isEqualTo(new Refused(DeadLetterReason.TOO_LARGE, "the value has too many bytes"));
    }

    @Test
    void theTimeMayBeAsOldAndAsFarAheadAsTheLimitsSay() {
        assertThat(at(NOW.minus(LIMITS.ageMax()))).isInstanceOf(Usable.class);
        assertThat(at(NOW.plus(LIMITS.futureMax()))).isInstanceOf(Usable.class);
        assertThat(at(NOW.minus(LIMITS.ageMax()).minusNanos(1_000)))
                .isEqualTo(new Refused(DeadLetterReason.TIME_OUT_OF_RANGE, "time is too long ago"));
        assertThat(at(NOW.plus(LIMITS.futureMax()).plusNanos(1_000)))
                .isEqualTo(new Refused(DeadLetterReason.TIME_OUT_OF_RANGE, "time is too far in the future"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"})
    void theEndsOfTimeAreOutOfRangeAndNoLimitOverflows(String time) {
        SampleEvent event = inference().with("time", quoted(time));
        assertThat(reason(event.decodeStructured())).isEqualTo(DeadLetterReason.TIME_OUT_OF_RANGE);
        UsageLimits endless = new UsageLimits(
                Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(Long.MAX_VALUE), 1 << 20, Set.of());
        UsageEventDecoder decoder = new UsageEventDecoder(endless, Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(decoder.decode(null, new RecordHeaders(), utf8(event.json())))
                .isInstanceOf(Usable.class);
    }

    @Test
    void ofSeveralReasonsTheFirstInOrderIsGiven() {
        SampleEvent late = inference().with("time", "\"2020-01-01T00:00:00Z\"");
        byte[] otherKey = utf8("org_other");
        assertThat(reason(otherKey, late.json())).isEqualTo(DeadLetterReason.WRONG_ORGANIZATION);
        late.with("data.model", null);
        assertThat(reason(otherKey, late.json())).isEqualTo(DeadLetterReason.INVALID_FIELD);
        assertThat(reason(otherKey, late.json() + "x")).isEqualTo(DeadLetterReason.MALFORMED);
        assertThat(reason(otherKey, late.json() + " ".repeat(LIMITS.valueBytesMax()) + "x"))
                .isEqualTo(DeadLetterReason.TOO_LARGE);
    }

    @Test
    void manyThreadsMayShareADecoder() {
        UsageEventDecoder decoder = decoder();
        assertThat(IntStream.range(0, 20_000)
                        .parallel()
                        .mapToObj(i -> decoder.decode(
                                null,
                                new RecordHeaders(),
                                utf8(inference()
                                        .with("data.inputTokens", "" + (2_000 + i))
                                        .json())))
                        .map(decoded -> ((Usable) decoded).event().consumption())
                        .map(consumption -> ((Consumption.Inference) consumption).inputTokens()))
                .containsExactlyElementsOf(
                        IntStream.range(2_000, 22_000).boxed().toList());
    }

    @Test
    void everyReasonHasASnakeCaseName() {
        assertThat(Arrays.stream(DeadLetterReason.values()).map(DeadLetterReason::wireName))
                .containsExactly(
                        "malformed",
                        "invalid_field",
                        "unknown_organization",
                        "wrong_organization",
                        "unrated_model",
                        "conflict",
                        "time_out_of_range",
                        "too_large");
    }

    private static DecodedUsage at(Instant time) {
        return inference().with("time", quoted(time.toString())).decodeStructured();
    }

    private static DeadLetterReason reason(byte[] key, String value) {
        return reason(decoder().decode(key, new RecordHeaders(), utf8(value)));
    }

    private static DeadLetterReason reason(DecodedUsage decoded) {
        return ((Refused) decoded).reason();
    }

    private static UsageEvent event(SampleEvent sample) {
        return ((Usable) sample.decodeStructured()).event();
    }

    private static Consumption consumption(SampleEvent sample) {
        return event(sample).consumption();
    }
}
