package dev.aicredits.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracesTest {

    private static final String FIRST = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SECOND = "11111111111111111111111111111111";
    private static final String SPAN = "00f067aa0ba902b7";

    private final InMemorySpanExporter sent = InMemorySpanExporter.create();
    private final Traces traces = new Traces(OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(new DiscreetExporter(sent)))
                    .build())
            .build());

    @Test
    void aBatchIsOneSpanThatLinksToTheSampledProducersAndKeepsEachOrganizationInItsTrace() {
        List<ConsumerRecord<byte[], byte[]>> records = List.of(
                record("org_c", "x", "traceparent", traceparent("22222222222222222222222222222222", "00")),
                record("org_a", "x", "traceparent", traceparent(FIRST, "01")),
                record("org_b", "x", "traceparent", traceparent(SECOND, "01")),
                record("org_d", "x"));
        ProducerRecord<byte[], byte[]> ofFirst = new ProducerRecord<>("ledger", new byte[0]);
        ProducerRecord<byte[], byte[]> ofSecond = new ProducerRecord<>("ledger", new byte[0]);
        ProducerRecord<byte[], byte[]> ofUnsampled = new ProducerRecord<>("ledger", new byte[0]);

        try (BatchTrace trace = traces.batch(records)) {
            trace.note("aicredits.booked", 3);
            traces.carry(ofFirst, "org_a");
            traces.carry(ofSecond, "org_b");
            traces.carry(ofUnsampled, "org_c");
        }

        SpanData span = sent.getFinishedSpanItems().get(0);
        assertThat(sent.getFinishedSpanItems()).hasSize(1);
        assertThat(span.getName()).isEqualTo("process usage");
        assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(span.getTraceId()).isEqualTo(FIRST);
        assertThat(span.getParentSpanId()).isEqualTo(SPAN);
        assertThat(span.getLinks())
                .extracting(link -> link.getSpanContext().getTraceId())
                .containsExactly(FIRST, SECOND);
        assertThat(span.getAttributes().get(AttributeKey.longKey("messaging.batch.message_count")))
                .isEqualTo(4);
        assertThat(span.getAttributes().get(AttributeKey.longKey("aicredits.booked")))
                .isEqualTo(3);
        assertThat(header(ofFirst)).contains("00-" + FIRST + "-" + span.getSpanId() + "-01");
        assertThat(header(ofSecond)).contains(traceparent(SECOND, "01"));
        assertThat(header(ofUnsampled)).isEmpty();
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void thousandsOfSampledRecordsAreOneSpanToo() {
        List<ConsumerRecord<byte[], byte[]>> records = IntStream.range(0, 2_500)
                .mapToObj(i -> record("org_" + i, "x", "traceparent", traceparent("%032x".formatted(i + 1), "01")))
                .toList();

        traces.batch(records).close();

        assertThat(sent.getFinishedSpanItems()).singleElement().satisfies(span -> assertThat(span.getLinks())
                .hasSize(BatchTrace.LINKS_MAX));
    }

    @Test
    void aSignalIsSentInTheTraceOfItsOrganization() {
        ProducerRecord<byte[], byte[]> signal = new ProducerRecord<>("control", new byte[0]);

        try (BatchTrace trace = traces.batch(List.of(record("org_a", "x", "traceparent", traceparent(FIRST, "01"))))) {
            try (Step decision = traces.step("decide")) {
                decision.note("aicredits.transitions", 1);
            }
            try (Step send = traces.send(signal, "org_a", Map.of("aicredits.signal", "stop"))) {
                send.failed("KafkaException");
            }
        }

        Map<String, SpanData> spans = sent.getFinishedSpanItems().stream()
                .collect(java.util.stream.Collectors.toMap(SpanData::getName, span -> span));
        assertThat(spans).containsOnlyKeys("process usage", "decide", "send control");
        assertThat(spans.values()).allMatch(span -> span.getTraceId().equals(FIRST));
        SpanData send = spans.get("send control");
        assertThat(send.getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(send.getParentSpanId()).isEqualTo(spans.get("process usage").getSpanId());
        assertThat(send.getStatus().getDescription()).isEqualTo("KafkaException");
        assertThat(header(signal)).contains("00-" + FIRST + "-" + send.getSpanId() + "-01");
    }

    @Test
    void anEventsOwnTraceIsThatOfTheCloudEventsExtension() {
        String own = traceparent(FIRST, "01");
        List<ConsumerRecord<byte[], byte[]>> binary = List.of(record(
                "org_a",
                "x",
                "ce_traceparent",
                own,
                "ce_tracestate",
                "vendor=1",
                "traceparent",
                traceparent(SECOND, "01")));
        List<ConsumerRecord<byte[], byte[]>> structured =
                List.of(record("org_a", "{\"id\":\"1\", \"traceparent\" : \"" + own + "\",\"data\":{}}"));

        for (List<ConsumerRecord<byte[], byte[]>> records : List.of(binary, structured)) {
            sent.reset();
            traces.batchOfEvents(records, ByteBuffer::wrap).close();
            assertThat(sent.getFinishedSpanItems()).singleElement().satisfies(span -> assertThat(span.getTraceId())
                    .isEqualTo(FIRST));
        }
        traces.batch(binary).close();
        assertThat(sent.getFinishedSpanItems().get(1).getLinks())
                .extracting(LinkData::getSpanContext)
                .allMatch(context -> "1".equals(context.getTraceState().get("vendor")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"traceparent\":\"\"}",
                "{\"traceparent\":7}",
                "{\"traceparent\":null,\"x\":\"4bf92f3577b34da6a3ce929d0e0e4736-4bf92f3577b34da6a3ce929d0e0e4736\"}",
                "{\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00\"}",
                "{\"traceparent\":\"00-00000000000000000000000000000000-00f067aa0ba902b7-01\"}",
                "{\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "{\"traceparent\":\"zz-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"}",
                "{\"x\":\"a text about \\\"traceparent\\\":\\\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\\\"\"}",
                ""
            })
    void whatIsNoSampledContextBeginsNothing(String value) {
        traces.batchOfEvents(List.of(record(null, value)), ByteBuffer::wrap).close();

        assertThat(sent.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void aRecordWithoutAValueOrWithAnEmptyHeaderBeginsNothing() {
        ConsumerRecord<byte[], byte[]> empty = record("org_a", "x");
        empty.headers().add("traceparent", null);

        traces.batchOfEvents(List.of(record("org_a", null), empty), ByteBuffer::wrap)
                .close();

        assertThat(sent.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void whatAnExceptionSaysIsNotSent() {
        try (BatchTrace trace = traces.batch(List.of(record("org_a", "x", "traceparent", traceparent(FIRST, "01"))))) {
            Span.current().recordException(new IllegalStateException("a row that nobody is to see"));
        }

        SpanData span = sent.getFinishedSpanItems().get(0);
        assertThat(span.getStatus()).isEqualTo(StatusData.unset());
        assertThat(span.getEvents()).singleElement().satisfies(event -> assertThat(
                        event.getAttributes().asMap())
                .containsOnly(
                        Map.entry(AttributeKey.stringKey("exception.type"), IllegalStateException.class.getName())));
    }

    @Test
    void offItReadsNothingAndWritesNothing() {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("ledger", new byte[0]);
        // A record without headers would fail whoever looks at them.
        try (BatchTrace trace = Traces.off()
                        .batchOfEvents(
                                java.util.Collections.<ConsumerRecord<byte[], byte[]>>singletonList(null),
                                ByteBuffer::wrap);
                Step step = Traces.off().step("decide");
                Step send = Traces.off().send(record, "org_a", Map.of())) {
            Traces.off().carry(record, "org_a");
            assertThat(trace).isSameAs(BatchTrace.NONE);
            assertThat(step).isSameAs(Step.NONE).isSameAs(send);
        }
        assertThat(record.headers()).isEmpty();
    }

    private static String traceparent(String traceId, String flags) {
        return "00-" + traceId + "-" + SPAN + "-" + flags;
    }

    private static Optional<String> header(ProducerRecord<?, ?> record) {
        return Optional.ofNullable(record.headers().lastHeader("traceparent"))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.US_ASCII));
    }

    private static ConsumerRecord<byte[], byte[]> record(String key, String value, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1].getBytes(StandardCharsets.US_ASCII));
        }
        return new ConsumerRecord<>(
                "usage", 0, 0, 0, TimestampType.CREATE_TIME, 0, 0, bytes(key), bytes(value), all, Optional.empty());
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
