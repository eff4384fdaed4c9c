package dev.aicredits.wire;

import static dev.aicredits.wire.SampleEvent.inference;
import static dev.aicredits.wire.SampleEvent.quoted;
import static dev.aicredits.wire.SampleEvent.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.usage.Consumption;
import dev.aicredits.wire.DecodedUsage.Refused;
import dev.aicredits.wire.DecodedUsage.Usable;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageFieldRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "specversion",
                "id",
                "source",
                "type",
                "time",
                "data.organizationId",
                "data.agentId",
                "data.kind",
                "data.provider",
                "data.model",
                "data.inputTokens",
                "data.outputTokens"
            })
    void aRequiredFieldIsNeitherMissingNorNull(String field) {
        assertInvalid(inference().with(field, null), field + " is missing");
        assertInvalid(inference().with(field, "null"), field + " is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.unit", "data.quantity"})
    void whatIsCountedNeedsUnitAndQuantity(String field) {
        assertInvalid(toolCall().with(field, null), field + " is missing");
        assertInvalid(toolCall().with(field, "null"), field + " is missing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "subject",
                "datacontenttype",
                "dataschema",
                "data.externalUserId",
                "data.conversationId",
                "data.runId",
                "data.holdId",
                "data.cachedInputTokens",
                "data.cacheCreationInputTokens",
                "data.costUsd"
            })
    void anOptionalFieldMayBeMissingOrNull(String field) {
        assertThat(inference().with(field, null).decodeStructured()).isInstanceOf(Usable.class);
        assertThat(inference().with(field, "null").decodeStructured()).isInstanceOf(Usable.class);
    }

    @ParameterizedTest
    @CsvSource({
        "17, is not text",
        "true, is not text",
        "'\"\"', is not a UUID",
        "'\"hold_1\"', is not a UUID",
        "'\"0198a2b4-7c1e-7d3f-8a5b-11223344556\"', is not a UUID",
        "'\"{0198a2b4-7c1e-7d3f-8a5b-112233445566}\"', is not a UUID"
    })
    void aHoldIsNamedByItsUuid(String json, String rule) {
        assertInvalid(inference().with("data.holdId", json), "data.holdId " + rule);
    }

    static Stream<Arguments> textFields() {
        return Stream.of(
                Arguments.of("id", 256),
                Arguments.of("source", 512),
                Arguments.of("data.organizationId", 128),
                Arguments.of("data.agentId", 128),
                Arguments.of("data.externalUserId", 256),
                Arguments.of("data.conversationId", 256),
                Arguments.of("data.runId", 256),
                Arguments.of("data.provider", 128),
                Arguments.of("data.model", 128));
    }

    @ParameterizedTest
    @MethodSource("textFields")
    void aTextIsNotEmptyAndNotTooLong(String field, int charsMax) {
        assertText(inference().with("subject", null), field, charsMax);
    }

    @Test
    void aUnitIsNotEmptyAndNotTooLong() {
        assertText(toolCall(), "data.unit", 64);
    }

    private static void assertText(SampleEvent event, String field, int charsMax) {
        assertThat(event.with(field, quoted("x".repeat(charsMax))).decodeStructured())
                .isInstanceOf(Usable.class);
        assertInvalid(event.with(field, quoted("x".repeat(charsMax + 1))), field + " is too long");
        assertInvalid(event.with(field, quoted("x".repeat(20_000))), field + " is too long");
        assertInvalid(event.with(field, "\"\""), field + " is empty");
        for (String other : new String[] {"5", "true", "1.5", "[\"x\"]", "{\"x\":\"y\"}"}) {
            assertInvalid(event.with(field, other), field + " is not text");
        }
        for (String control : new String[] {"\\u0000", "x\\n", "\\u001f", "\\u007f", "\u007f", "\u0085", "\u009f"}) {
            assertInvalid(event.with(field, quoted(control)), field + " has a control character");
        }
        for (String lone : new String[] {"\\ud800", "\\udc00", "x\\ud83dx", "\\udc00\\ud800", "\\ud83d\\ud83d"}) {
            assertInvalid(event.with(field, quoted(lone)), field + " has a lone surrogate");
        }
        assertThat(event.with(field, "\"\\ud83d\\ude80\"").decodeStructured()).isInstanceOf(Usable.class);
    }

    @Test
    void aSurrogateAtTheEndIsNotPairedWithWhatTheBufferHeldBefore() {
        assertInvalid(
                inference().with("id", "\"x\\ud83d\\ude80\"").with("source", "\"x\\ud83d\""),
                "source has a lone surrogate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stripe:checkout_session",
                "stripe:refund_failed",
                "stripe:",
                "dev.aicredits.hold/capture",
                "dev.aicredits.adjustment",
                "dev.aicredits.anything"
            })
    void aSourceOfOurOwnIsReservedWhateverTheId(String source) {
        SampleEvent event = inference().with("source", quoted(source));

        assertInvalid(event, "source is reserved");
        assertThat(event.decodeBinary()).isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, "source is reserved"));
        assertInvalid(event.with("id", "\"cs_live_1\""), "source is reserved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stripe", "my.stripe:x", "dev.aicredits", "dev.aicreditsx", "/stripe:x", "/aicredits/x"})
    void aSourceThatOnlyLooksLikeOneOfOursIsTaken(String source) {
        assertThat(inference().with("source", quoted(source)).decodeStructured())
                .isInstanceOf(Usable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000-3c0d-8a5b-9122-33445566abcd",
                "00000000-3C0D-8A5B-B122-33445566ABCD",
                "00000000-0000-8000-8000-000000000000",
                "00000000-ffff-8fff-bfff-ffffffffffff"
            })
    void anIdOfTheFormOfOurOwnKeysIsReserved(String id) {
        SampleEvent event = inference().with("id", quoted(id));

        assertInvalid(event, "id is reserved");
        assertThat(event.decodeBinary()).isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, "id is reserved"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000001-3c0d-8a5b-9122-33445566abcd",
                "80000000-3c0d-8a5b-9122-33445566abcd",
                "00000000-3c0d-7a5b-9122-33445566abcd",
                "00000000-3c0d-8a5b-7122-33445566abcd",
                "00000000-3c0d-8a5b-c122-33445566abcd",
                "00000000-0000-0000-0000-000000000000"
            })
    void anyOtherUuidIsTaken(String id) {
        assertThat(inference().with("id", quoted(id)).decodeStructured()).isInstanceOf(Usable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"0.3\"", "\"1\"", "\"1.0 \"", "\"\"", "\"2.0\""})
    void theSpecversionIsOne(String json) {
        assertInvalid(inference().with("specversion", json), "specversion is not 1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"dev.aicredits.agent.usage.v2\"", "\"DEV.AICREDITS.AGENT.USAGE.V1\""})
    void theTypeIsThatOfUsage(String json) {
        assertInvalid(inference().with("type", json), "type is not dev.aicredits.agent.usage.v1");
    }

    @ParameterizedTest
    @CsvSource({
        "specversion, 1.0, specversion is not text",
        "type, [], type is not text",
        "time, 1764000000, time is not text",
        "subject, 5, subject is not text",
        "subject, '\"\"', subject is empty",
        "subject, '\"ag_other\"', subject is not data.agentId",
        "datacontenttype, 5, datacontenttype is not text",
        "time, '\"yesterday\"', time is not an RFC 3339 time with an offset",
        "time, '\"2026-11-23T10:00:00\"', time is not an RFC 3339 time with an offset",
        "time, '\"2026-11-23T09:59:60Z\"', time is not an RFC 3339 time with an offset",
        "data, null, data is missing",
        "data, '\"e30=\"', data is not an object",
        "data, '[{}]', data is not an object",
        "data, 5, data is not an object",
        "data.kind, '\"Inference\"', data.kind is not a known kind",
        "data.kind, '\"\"', data.kind is not a known kind",
        "data.kind, 1, data.kind is not text"
    })
    void everyOtherRuleNamesItsField(String field, String json, String detail) {
        assertInvalid(inference().with(field, json), detail);
    }

    @Test
    void aMissingDataIsNamed() {
        assertThat(SampleEvent.decode(new RecordHeaders(), inference().json().replaceAll(",\"data\":\\{.*\\}\\}", "}")))
                .isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, "data is missing"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data.inputTokens",
                "data.cachedInputTokens",
                "data.cacheCreationInputTokens",
                "data.outputTokens"
            })
    void aTokenCountIsAnIntegerFromZeroToABillion(String field) {
        assertCount(inference(), field);
    }

    @Test
    void aQuantityIsAnIntegerFromOneToABillion() {
        assertCount(toolCall(), "data.quantity");
        assertInvalid(toolCall().with("data.quantity", "0"), "data.quantity is not positive");
        assertThat(toolCall().with("data.quantity", "1").decodeStructured()).isInstanceOf(Usable.class);
        assertThat(toolCall().with("data.quantity", "1000000000").decodeStructured())
                .isInstanceOf(Usable.class);
    }

    private static void assertCount(SampleEvent event, String field) {
        for (String other : new String[] {"5.0", "1e3", "1E0", "\"5\"", "true", "[5]", "{}"}) {
            assertInvalid(event.with(field, other), field + " is not an integer");
        }
        for (String negative : new String[] {"-1", "-1000000001", "-9223372036854775809", "-" + "9".repeat(40)}) {
            assertInvalid(event.with(field, negative), field + " is negative");
        }
        for (String great : new String[] {
            "1000000001", "2147483648", "4294967297", "9223372036854775807", "18446744073709551621", "9".repeat(60)
        }) {
            assertInvalid(event.with(field, great), field + " is too great");
        }
    }

    @Test
    void theGreatestCountsAreRead() {
        SampleEvent event = inference()
                .with("data.inputTokens", "1000000000")
                .with("data.cachedInputTokens", "600000000")
                .with("data.cacheCreationInputTokens", "400000000")
                .with("data.outputTokens", "1000000000");
        assertThat(consumption(event))
                .isEqualTo(new Consumption.Inference(
                        "anthropic", "claude-sonnet-4-5", 1_000_000_000, 600_000_000, 400_000_000, 1_000_000_000));
    }

    @Test
    void absentCacheCountsAreZero() {
        SampleEvent event =
                inference().with("data.cachedInputTokens", null).with("data.cacheCreationInputTokens", "null");
        assertThat(consumption(event))
                .isEqualTo(new Consumption.Inference("anthropic", "claude-sonnet-4-5", 1200, 0, 0, 80));
    }

    @Test
    void cachedAndCacheCreationTokensAreAPartOfTheInput() {
        assertThat(inference().with("data.cacheCreationInputTokens", "200").decodeStructured())
                .isInstanceOf(Usable.class);
        String detail = "data.inputTokens is less than its cached and cache-creation parts";
        assertInvalid(inference().with("data.cacheCreationInputTokens", "201"), detail);
        assertInvalid(
                inference()
                        .with("data.cachedInputTokens", "1000000000")
                        .with("data.cacheCreationInputTokens", "1000000000"),
                detail);
    }

    @Test
    void anInferenceCountsAtLeastOneToken() {
        SampleEvent event =
                inference().with("data.cachedInputTokens", null).with("data.cacheCreationInputTokens", null);
        assertInvalid(
                event.with("data.inputTokens", "0").with("data.outputTokens", "0"),
                "data.inputTokens and data.outputTokens are both zero");
        assertThat(event.with("data.outputTokens", "1").decodeStructured()).isInstanceOf(Usable.class);
        assertThat(event.with("data.inputTokens", "1")
                        .with("data.outputTokens", "0")
                        .decodeStructured())
                .isInstanceOf(Usable.class);
    }

    @Test
    void fieldsOfAnotherKindHaveNoEffectWhateverTheyHold() {
        SampleEvent tool = toolCall()
                .with("data.provider", "5")
                .with("data.model", "\"\"")
                .with("data.inputTokens", "-1")
                .with("data.outputTokens", "{\"x\":[1]}");
        assertThat(tool.decodeStructured()).isEqualTo(toolCall().decodeStructured());
        SampleEvent inference = inference().with("data.unit", "[]").with("data.quantity", "\"many\"");
        assertThat(inference.decodeStructured()).isEqualTo(inference().decodeStructured());
    }

    private static Consumption consumption(SampleEvent event) {
        return ((Usable) event.decodeStructured()).event().consumption();
    }

    private static void assertInvalid(SampleEvent event, String detail) {
        assertThat(event.decodeStructured()).isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, detail));
    }
}
