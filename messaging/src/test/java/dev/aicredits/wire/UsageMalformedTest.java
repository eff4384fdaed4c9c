package dev.aicredits.wire;

import static dev.aicredits.wire.SampleEvent.decode;
import static dev.aicredits.wire.SampleEvent.decoder;
import static dev.aicredits.wire.SampleEvent.inference;
import static dev.aicredits.wire.SampleEvent.quoted;
import static dev.aicredits.wire.SampleEvent.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.wire.DecodedUsage.Refused;
import dev.aicredits.wire.DecodedUsage.Usable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageMalformedTest {

    private static final String NOT_JSON = "the value is not JSON within our limits";

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{}]", "null", "true", "1", "\"text\"", " "})
    void aValueThatIsNotAnObjectIsMalformed(String json) {
        assertMalformed(json, "the value is not a JSON object");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "}",
                "x",
                "{]",
                "{\"id\"}",
                "{\"id\":}",
                "{\"id\":1,}",
                "{id:1}",
                "{'id':1}",
                "{\"x\":01}",
                "{\"x\":+1}",
                "{\"x\":1.}",
                "{\"x\":.5}",
                "{\"x\":NaN}",
                "{\"x\":-Infinity}",
                "{\"x\":tru}",
                "{\"x\":\"\\q\"}",
                "{\"x\":\"\t\"}",
                "{\"x\":\"\\u12\"}",
                "/* x */{}",
                "{\"x\":0x10}"
            })
    void brokenJsonIsMalformed(String json) {
        assertMalformed(json, NOT_JSON);
    }

    @Test
    void notANumberIsNotJson() {
        assertMalformed(inference().with("data.inputTokens", "NaN").json(), NOT_JSON);
    }

    @ParameterizedTest
    @EnumSource(value = EventAttribute.class, mode = EnumSource.Mode.EXCLUDE, names = "DATA_BASE64")
    void anAttributeGivenTwiceIsMalformed(EventAttribute attribute) {
        SampleEvent event = inference();
        event.envelope.putIfAbsent("dataschema", "null");
        String twice = "{\"" + attribute.wireName() + "\":null," + event.json().substring(1);
        assertMalformed(twice, "a member of the JSON comes twice");
    }

    @ParameterizedTest
    @EnumSource(UsageField.class)
    void aFieldOfTheDataGivenTwiceIsMalformed(UsageField field) {
        SampleEvent event = inference();
        event.data.putIfAbsent(field.wireName(), "null");
        String twice = "{\"" + field.wireName() + "\":null," + event.dataJson().substring(1);
        assertMalformed(event.with("data", twice).json(), "a member of the JSON comes twice");
        assertThat(decode(inference().binaryHeaders(), twice))
                .isEqualTo(new Refused(DeadLetterReason.MALFORMED, "a member of the JSON comes twice"));
    }

    @Test
    void anEscapedNameIsTheSameName() {
        assertMalformed("{\"\\u0069d\":\"x\"," + inference().json().substring(1), "a member of the JSON comes twice");
    }

    @Test
    void unknownMembersAreSkippedWhateverTheyHold() {
        SampleEvent event = inference()
                .with("traceparent", "\"00-0af7651916cd43dd8448eb211c80319c\"")
                .with("dataschema", "{\"any\":[1,2]}")
                .with("x", "{\"id\":1,\"data\":{\"deep\":[[],{}]}}")
                .with("data.extra", "[{\"inputTokens\":-1},null,1e999]")
                .with("data.id", "5");
        assertThat(event.decodeStructured()).isEqualTo(inference().decodeStructured());
        String unknownTwice = "{\"x\":1,\"x\":2," + inference().json().substring(1);
        assertThat(decode(new RecordHeaders(), unknownTwice)).isInstanceOf(Usable.class);
    }

    @Test
    void binaryDataInTheEnvelopeIsMalformed() {
        assertMalformed(inference().with("data_base64", "\"e30=\"").json(), "data_base64 is not taken here");
    }

    @Test
    void nestingHasALimit() {
        assertThat(decode(new RecordHeaders(), nested(UsageJson.NESTING_MAX - 1)))
                .isInstanceOf(Usable.class);
        assertMalformed(nested(UsageJson.NESTING_MAX), NOT_JSON);
        assertMalformed("{\"x\":" + "[".repeat(500_000), NOT_JSON);
        assertMalformed("{\"x\":".repeat(100_000), NOT_JSON);
    }

    @Test
    void namesTextsAndNumbersHaveALimit() {
        assertThat(decode(
                        new RecordHeaders(),
                        inference().with("x".repeat(200), "1").json()))
                .isInstanceOf(Usable.class);
        assertMalformed(
                inference().with("x".repeat(UsageJson.NAME_CHARS_MAX + 1), "1").json(), NOT_JSON);
        assertMalformed(
                inference()
                        .with("data.model", quoted("x".repeat(UsageJson.STRING_CHARS_MAX + 1)))
                        .json(),
                NOT_JSON);
        assertMalformed(
                inference()
                        .with("x", "1".repeat(UsageJson.NUMBER_CHARS_MAX + 1))
                        .json(),
                NOT_JSON);
        assertMalformed(
                inference()
                        .with("data.costUsd", "0." + "1".repeat(UsageJson.NUMBER_CHARS_MAX))
                        .json(),
                NOT_JSON);
    }

    @Test
    void aThousandUnknownNamesAreSkippedAndSpoilNoLaterEvent() {
        for (int round = 0; round < 20; round++) {
            SampleEvent event = inference();
            for (int i = 0; i < 1_000; i++) {
                event.with("x" + round + "_" + i, "1");
            }
            assertThat(event.decodeStructured()).isInstanceOf(Usable.class);
        }
        assertThat(inference().decodeStructured()).isInstanceOf(Usable.class);
    }

    static Stream<String> brokenUtf8() {
        return Stream.of(
                "ff",
                "80",
                "c3",
                "c080",
                "c1bf",
                "e08080",
                "eda080",
                "edb080",
                "eda0bdedba80",
                "f0808080",
                "f4908080",
                "f5808080",
                "e282",
                "f09f9a");
    }

    @ParameterizedTest
    @MethodSource("brokenUtf8")
    void brokenUtf8IsMalformedWhereverItIs(String hex) {
        byte[] broken = HexFormat.of().parseHex(hex);
        for (String field : new String[] {"data.model", "data.skipped", "skipped", "source"}) {
            String[] parts = inference().with(field, "\"^\"").json().split("\\^", 2);
            assertThat(decoder().decode(null, new RecordHeaders(), joined(utf8(parts[0]), broken, utf8(parts[1]))))
                    .as(field)
                    .isEqualTo(new Refused(DeadLetterReason.MALFORMED, "the bytes are not UTF-8"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1023, 1024, 1025, 5000})
    void longTextThatIsNotAsciiIsCheckedToItsEnd(int length) {
        String text = "\u00fc".repeat(length);
        byte[] valid = utf8(inference().with("x", quoted(text)).json());
        assertThat(decoder().decode(null, new RecordHeaders(), valid)).isInstanceOf(Usable.class);
        byte[] broken = joined(valid, new byte[] {(byte) 0xc3});
        assertThat(decoder().decode(null, new RecordHeaders(), broken))
                .isEqualTo(new Refused(DeadLetterReason.MALFORMED, "the bytes are not UTF-8"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void otherEncodingsAreMalformed(String charset) {
        byte[] value = inference().json().getBytes(Charset.forName(charset));
        assertThat(((Refused) decoder().decode(null, new RecordHeaders(), value)).reason())
                .isEqualTo(DeadLetterReason.MALFORMED);
    }

    @Test
    void brokenJsonAfterAnInvalidFieldIsMalformed() {
        String json = inference().with("data.inputTokens", "-1").json();
        assertMalformed(json.substring(0, json.length() - 1), NOT_JSON);
    }

    private static String nested(int depth) {
        return inference().with("x", "[".repeat(depth) + "]".repeat(depth)).json();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    private static void assertMalformed(String json, String detail) {
        assertThat(decode(new RecordHeaders(), json)).isEqualTo(new Refused(DeadLetterReason.MALFORMED, detail));
    }
}
