package dev.aicredits.wire;

import static dev.aicredits.wire.SampleEvent.decode;
import static dev.aicredits.wire.SampleEvent.decoder;
import static dev.aicredits.wire.SampleEvent.headers;
import static dev.aicredits.wire.SampleEvent.inference;
import static dev.aicredits.wire.SampleEvent.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.wire.DecodedUsage.Refused;
import dev.aicredits.wire.DecodedUsage.Usable;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventModeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/cloudevents+json",
                "Application/CloudEvents+JSON",
                "application/cloudevents+json; charset=utf-8",
                "application/json",
                "text/plain",
                ""
            })
    void withoutSpecversionHeaderTheValueIsTheWholeEvent(String contentType) {
        assertThat(decode(headers("content-type", contentType), inference().json()))
                .isInstanceOf(Usable.class);
    }

    @Test
    void withoutHeadersTheValueIsTheWholeEvent() {
        assertThat(decode(new RecordHeaders(), inference().json())).isInstanceOf(Usable.class);
        Headers absent = new RecordHeaders().add("content-type", null);
        assertThat(decode(absent, inference().json())).isInstanceOf(Usable.class);
    }

    @Test
    void theContentTypeDecidesBeforeTheSpecversionHeader() {
        Headers both = inference().binaryHeaders().add("content-type", utf8("application/cloudevents+json"));
        assertThat(decode(both, inference().json())).isInstanceOf(Usable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/cloudevents-batch+json", "Application/Cloudevents-Batch+json; charset=utf-8"})
    void batchedModeIsMalformedInEitherMode(String contentType) {
        Refused expected = new Refused(DeadLetterReason.MALFORMED, "batched mode is not taken here");
        assertThat(decode(headers("content-type", contentType), "[]")).isEqualTo(expected);
        Headers binary = inference().binaryHeaders().add("content-type", utf8(contentType));
        assertThat(decode(binary, inference().dataJson())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "APPLICATION/JSON",
                "application/json; charset=utf-8",
                "application/json ;x=y",
                "application/vnd.usage+json",
                "text/x+json;v=1",
                ""
            })
    void binaryModeTakesDataInJson(String contentType) {
        Headers headers = inference().binaryHeaders().add("content-type", utf8(contentType));
        assertThat(decode(headers, inference().dataJson())).isInstanceOf(Usable.class);
        headers.remove("content-type");
        assertThat(decode(headers, inference().dataJson())).isInstanceOf(Usable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/jsonx",
                "application/+json",
                "+json",
                "/x+json",
                "json"
            })
    void binaryModeRefusesDataInAnythingElse(String contentType) {
        Headers headers = inference().binaryHeaders().add("content-type", utf8(contentType));
        assertThat(decode(headers, inference().dataJson()))
                .isEqualTo(new Refused(DeadLetterReason.MALFORMED, "content-type is not JSON"));
        assertThat(inference()
                        .with("datacontenttype", SampleEvent.quoted(contentType))
                        .decodeStructured())
                .isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, "datacontenttype is not JSON"));
    }

    @Test
    void ofTwoHeadersOfOneNameTheLastCounts() {
        Headers headers = inference().binaryHeaders();
        headers.remove("ce_id");
        headers.add("ce_id", new byte[] {(byte) 0xff}).add("ce_id", utf8("evt-2"));
        assertThat(decode(headers, inference().dataJson())).isInstanceOf(Usable.class);
        headers.add("ce_id", utf8(""));
        assertThat(decode(headers, inference().dataJson()))
                .isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, "id is empty"));
    }

    @ParameterizedTest
    @CsvSource({
        "ce_id, id is missing",
        "ce_source, source is missing",
        "ce_type, type is missing",
        "ce_time, time is missing"
    })
    void aMissingHeaderIsAMissingAttribute(String name, String detail) {
        Headers headers = inference().binaryHeaders();
        headers.add(name, null);
        Refused expected = new Refused(DeadLetterReason.INVALID_FIELD, detail);
        assertThat(decode(headers, inference().dataJson())).isEqualTo(expected);
        headers.remove(name);
        assertThat(decode(headers, inference().dataJson())).isEqualTo(expected);
    }

    @Test
    void theSubjectHeaderMayBeMissingAndTheSpecversionMustHaveAValue() {
        Headers headers = inference().binaryHeaders();
        headers.remove("ce_subject");
        assertThat(decode(headers, inference().dataJson())).isInstanceOf(Usable.class);
        headers.add("ce_specversion", null);
        assertThat(decode(headers, inference().dataJson()))
                .isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, "specversion is missing"));
    }

    @Test
    void attributesOfBinaryModeObeyTheSameRules() {
        assertThat(inference().with("id", "\"a\u0000b\"").decodeBinary())
                .isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, "id has a control character"));
        assertThat(inference().with("subject", "\"ag_other\"").decodeBinary())
                .isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, "subject is not data.agentId"));
        assertThat(inference().with("specversion", "\"0.3\"").decodeBinary())
                .isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, "specversion is not 1.0"));
    }

    @Test
    void aHeaderThatIsNotUtf8IsMalformed() {
        Headers headers = inference().binaryHeaders().add("ce_source", new byte[] {'/', (byte) 0xc3});
        assertThat(decode(headers, inference().dataJson()))
                .isEqualTo(new Refused(DeadLetterReason.MALFORMED, "the bytes are not UTF-8"));
    }

    @Test
    void inBinaryModeAnEnvelopeInTheValueIsNotTheData() {
        assertThat(decode(inference().binaryHeaders(), inference().json()))
                .isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, "data.organizationId is missing"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "null", "\"x\"", "{", "{}{}", "{} x"})
    void inBinaryModeTheValueMustBeOneJsonObject(String value) {
        assertThat(((Refused) decoder().decode(null, inference().binaryHeaders(), utf8(value))).reason())
                .isEqualTo(DeadLetterReason.MALFORMED);
    }
}
