package dev.aicredits.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.api.ApiClient.Answer;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.messaging.Publisher;
import dev.aicredits.messaging.TopicProducers;
import dev.aicredits.problem.ProblemAnswer;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.testkit.TopicReader;
import dev.aicredits.tracing.Traces;
import dev.aicredits.wire.UsageEventDecoder;
import dev.aicredits.wire.UsageLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

/** Usage events by HTTP: each answered for itself, and the good ones on the topic as a producer would have put them. */
class UsageEventsOverHttpTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String EVENT = "application/cloudevents+json";
    private static final String JSON = "application/json";

    private final TestOrganization organization = SYSTEM.organization();
    private final TestOrganization other = SYSTEM.organization();

    @Test
    void eachEventIsAnsweredInOrderAndTheGoodOnesAreOnTheTopicAsTheyCame() {
        String first = event(organization, "\"inputTokens\":1,\"outputTokens\":2");
        String second = "{ \"more\" : [ \"\u30e2\ud83d\ude80\", 1.50 ],\n"
                + event(organization, "\"inputTokens\":3,\"outputTokens\":4").substring(1);
        String body = "[" + first + ",\n"
                + String.join(
                        ", ",
                        event(other, "\"inputTokens\":1,\"outputTokens\":2"),
                        event(organization, "\"inputTokens\":-1,\"outputTokens\":2"),
                        event(organization, "\"inputTokens\":1,\"outputTokens\":2,\"costUsd\":0"),
                        first.replace(Instant.now().toString().substring(0, 4) + "-", "1999-"),
                        "{\"specversion\":\"1.0\",\"specversion\":\"1.0\"}",
                        "7",
                        first.replace("/platform", "stripe:checkout_session"),
                        second)
                + "]";

        Answer answer = post(BATCH, body);

        assertThat(answer.status()).isEqualTo(207);
        assertThat(answer.body())
                .isEqualTo("{\"accepted\":2,\"refused\":7,\"data\":["
                        + String.join(
                                ",",
                                "{\"status\":\"accepted\"}",
                                refused(
                                        "wrong_organization",
                                        "data.organizationId is not the organization of the path"),
                                refused("invalid_field", "data.inputTokens is negative"),
                                refused("invalid_field", "data.costUsd is not taken over HTTP"),
                                refused("time_out_of_range", "time is too long ago"),
                                refused("malformed", "a member of the JSON comes twice"),
                                refused("malformed", "the value is not a JSON object"),
                                refused("invalid_field", "source is reserved"),
                                "{\"status\":\"accepted\"}")
                        + "]}");
        assertThat(records(organization)).hasSize(2).allSatisfy(record -> {
            assertThat(TopicReader.header(record, "content-type")).isEqualTo(EVENT);
            assertThat(record.headers()).hasSize(1);
        });
        assertThat(values(organization)).containsExactly(first, second);
        assertThat(records(other)).isEmpty();
    }

    @Test
    void oneEventAndAPlainArrayAreTakenToo() {
        String one = event(organization, "\"inputTokens\":1,\"outputTokens\":2");

        assertThat(post(EVENT + "; charset=utf-8", one).status()).isEqualTo(202);
        assertThat(post(JSON, "[" + one + "]").body())
                .isEqualTo("{\"accepted\":1,\"refused\":0,\"data\":[{\"status\":\"accepted\"}]}");
        assertThat(values(organization)).containsExactly(one, one);
    }

    @Test
    void whereNoEventIsAcceptedTheAnswerIsAProblem() {
        Answer answer = post(EVENT, event(other, "\"inputTokens\":1,\"outputTokens\":2"));

        assertThat(answer.outcome()).isEqualTo("422 no_event_accepted");
        assertThat(answer.text("message")).isEqualTo(answer.text("detail")).isNotEmpty();
        assertThat(answer.json().path("data").path(0).path("code").asString()).isEqualTo("wrong_organization");
        assertThat(post(BATCH, "[[],{},1]").json().path("refused").asInt()).isEqualTo(3);
        assertThat(records(organization)).isEmpty();
        assertThat(records(other)).isEmpty();
    }

    @Test
    void whatIsNoBatchIsRefusedWhole() {
        String good = event(organization, "\"inputTokens\":1,\"outputTokens\":2");
        String many = IntStream.range(0, 1_001).mapToObj(i -> "{}").collect(Collectors.joining(",", "[", "]"));

        assertThat(post(BATCH, many).outcome()).isEqualTo("413 batch_too_large");
        assertThat(post(BATCH, "[]").outcome()).isEqualTo("400 batch_empty");
        assertThat(post(BATCH, "").outcome()).isEqualTo("400 malformed_body");
        assertThat(post(BATCH, good).outcome()).isEqualTo("400 malformed_body");
        assertThat(post(JSON, good).outcome()).isEqualTo("400 malformed_body");
        assertThat(post(BATCH, "[" + good + ",").outcome()).isEqualTo("400 malformed_body");
        assertThat(post("text/plain", "[" + good + "]").outcome()).isEqualTo("415 unsupported_media_type");
        assertThat(post(BATCH, "[" + " ".repeat(1 << 20) + "]").outcome()).isEqualTo("413 body_too_large");
        assertThat(records(organization)).isEmpty();
    }

    @Test
    void anEventAsLargeAsABodyMayBeIsStored() {
        String start = event(organization, "\"inputTokens\":1,\"outputTokens\":2");
        String large = "{\"more\":[" + "1,".repeat((1_048_576 - start.length() - 12) / 2) + "1]," + start.substring(1);

        assertThat(large.length()).isBetween(1_048_000, 1_048_576);
        assertThat(post(EVENT, large).status()).isEqualTo(202);
        assertThat(values(organization)).containsExactly(large);
    }

    /** A broker that takes connections and never answers is the slowest way to be away. */
    @Test
    @Timeout(20)
    void whileTheBrokerIsAwayTheSenderIsToldSoToSendAgain() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            KafkaProperties kafka = new KafkaProperties();
            kafka.setBootstrapServers(List.of("127.0.0.1:" + silent.getLocalPort()));
            Duration timeout = Duration.ofMillis(300);
            DefaultKafkaProducerFactory<byte[], byte[]> factory =
                    (DefaultKafkaProducerFactory<byte[], byte[]>) TopicProducers.factory(kafka, timeout, Map.of());
            try {
                UsageEvents events = new UsageEvents(
                        "usage",
                        new UsageEventDecoder(
                                new UsageLimits(Duration.ofDays(1), Duration.ofMinutes(1), 1 << 20, Set.of()),
                                Clock.systemUTC()),
                        new Publisher(TopicProducers.template(factory), timeout),
                        Traces.off(),
                        new SimpleMeterRegistry());
                byte[] event = event(organization, "\"inputTokens\":1,\"outputTokens\":2")
                        .getBytes(StandardCharsets.UTF_8);
                long start = System.nanoTime();

                assertThatThrownBy(() -> events.accept(organization.id(), List.of(event, event, event)))
                        .isInstanceOfSatisfying(ProblemException.class, e -> {
                            ProblemAnswer answer = ProblemAnswer.of(e.problem());
                            assertThat(answer.problem().code()).isEqualTo("events_not_stored");
                            assertThat(answer.problem().status().value()).isEqualTo(503);
                            assertThat(answer.headers().getFirst("Retry-After")).isNotBlank();
                        });
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            } finally {
                factory.destroy();
            }
        }
    }

    private Answer post(String contentType, String body) {
        return organization
                .owner()
                .send(
                        "POST",
                        organization.path("/usage-events"),
                        BodyPublishers.ofString(body),
                        "Content-Type",
                        contentType);
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(TestOrganization organization) {
        return SYSTEM.usageRecords().stream()
                .filter(record -> organization.id().equals(new String(record.key(), StandardCharsets.UTF_8)))
                .toList();
    }

    private static List<String> values(TestOrganization organization) {
        return records(organization).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static String refused(String code, String message) {
        return "{\"status\":\"refused\",\"code\":\"" + code + "\",\"message\":\"" + message + "\"}";
    }

    private static String event(TestOrganization organization, String used) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + UUID.randomUUID() + "\",\"source\":\"/platform\",\"type\":"
                + "\"dev.aicredits.agent.usage.v1\",\"time\":\"" + Instant.now() + "\",\"data\":{\"organizationId\":\""
                + organization.id() + "\",\"agentId\":\"ag_1\",\"kind\":\"inference\",\"provider\":\"openai\","
                + "\"model\":\"gpt-4o-mini\"," + used + "}}";
    }
}
