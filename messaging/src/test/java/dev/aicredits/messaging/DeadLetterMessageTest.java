package dev.aicredits.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class DeadLetterMessageTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void aDeadLetterIsTheOriginalAndSaysWhyWhenceAndWhen() {
        ProducerRecord<byte[], byte[]> letter =
                DeadLetterMessage.of("letters", original("id", "7"), "malformed", "no JSON", NOW);

        assertThat(letter.topic()).isEqualTo("letters");
        assertThat(letter.key()).isEqualTo(bytes("key"));
        assertThat(letter.value()).isEqualTo(bytes("value"));
        assertThat(headers(letter))
                .containsExactly(
                        "id=7",
                        "dead_letter_reason=malformed",
                        "dead_letter_detail=no JSON",
                        "dead_letter_topic=usage",
                        "dead_letter_partition=3",
                        "dead_letter_offset=42",
                        "dead_letter_produced_at_ms=1000",
                        "dead_letter_at=2026-03-01T00:00:00Z");
    }

    @Test
    void aReplayedLetterThatIsRefusedAgainHasOnlyTheNewReason() {
        ProducerRecord<byte[], byte[]> letter =
                DeadLetterMessage.of("letters", original("dead_letter_reason", "old"), "conflict", null, NOW);

        assertThat(headers(letter))
                .filteredOn(
                        header -> header.startsWith("dead_letter_reason") || header.startsWith("dead_letter_detail"))
                .containsExactly("dead_letter_reason=conflict");
    }

    @Test
    void aReplayOfALetterIsTheOriginalAgain() {
        DeadLetter letter = DeadLetter.of(
                taken(DeadLetterMessage.of("usage-dlt", original("id", "7"), "malformed", "no JSON", NOW)));

        assertThat(letter.reason()).isEqualTo("malformed");
        assertThat(letter.detail()).isEqualTo("no JSON");
        assertThat(letter.originTopic()).isEqualTo("usage");
        assertThat(letter.originPartition()).isEqualTo(3);
        assertThat(letter.originOffset()).isEqualTo(42);
        assertThat(letter.producedAt()).isEqualTo(Instant.ofEpochSecond(1));
        assertThat(letter.refusedAt()).isEqualTo(NOW);
        ProducerRecord<byte[], byte[]> replay = letter.replay().orElseThrow();
        assertThat(replay.topic()).isEqualTo("usage");
        assertThat(replay.partition()).isNull();
        assertThat(replay.key()).isEqualTo(bytes("key"));
        assertThat(replay.value()).isEqualTo(bytes("value"));
        assertThat(headers(replay)).containsExactly("id=7");
    }

    @Test
    void whereAReplayGoesFollowsFromTheTopicAndFromNoHeader() {
        DeadLetter elsewhere =
                DeadLetter.of(taken(DeadLetterMessage.of("other-dlt", original("id", "7"), "malformed", null, NOW)));
        DeadLetter bare = DeadLetter.of(taken(new ProducerRecord<>("usage-dlt", bytes("key"), bytes("value"))));

        assertThat(elsewhere.replay()).isEmpty();
        assertThat(bare.reason()).isEqualTo(DeadLetter.NO_REASON);
        assertThat(bare.refusedAt()).isEqualTo(Instant.ofEpochSecond(2));
        assertThat(bare.replay()).map(ProducerRecord::topic).contains("usage");
    }

    /** The record as it is read from the topic it was sent to. */
    private static ConsumerRecord<byte[], byte[]> taken(ProducerRecord<byte[], byte[]> sent) {
        return new ConsumerRecord<>(
                sent.topic(),
                0,
                17,
                2000,
                TimestampType.CREATE_TIME,
                3,
                5,
                sent.key(),
                sent.value(),
                sent.headers(),
                Optional.empty());
    }

    private static ConsumerRecord<byte[], byte[]> original(String header, String value) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(header, bytes(value));
        return new ConsumerRecord<>(
                "usage",
                3,
                42,
                1000,
                TimestampType.CREATE_TIME,
                3,
                5,
                bytes("key"),
                bytes("value"),
                headers,
                Optional.empty());
    }

    private static List<String> headers(ProducerRecord<?, ?> record) {
        List<String> headers = new ArrayList<>();
        record.headers()
                .forEach(
                        header -> headers.add(header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
