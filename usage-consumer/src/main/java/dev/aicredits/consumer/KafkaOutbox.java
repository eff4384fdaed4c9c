package dev.aicredits.consumer;

import dev.aicredits.consumer.UsageIntake.DeadLetter;
import dev.aicredits.ledger.LedgerChange;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;

/** Publishes what a batch gave rise to, and waits until the broker has all of it. */
final class KafkaOutbox {

    /** What our headers on a dead letter begin with; a replay drops them. */
    static final String HEADER_PREFIX = "dead_letter_";

    private final KafkaTemplate<byte[], byte[]> kafka;
    private final UsageConsumerSettings settings;
    private final Clock clock;

    KafkaOutbox(KafkaTemplate<byte[], byte[]> kafka, UsageConsumerSettings settings, Clock clock) {
        this.kafka = kafka;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Sends the dead letters and the changes. At least once: a repeated batch sends them again.
     *
     * @throws KafkaException if the broker has not acknowledged every one in time
     */
    void publish(List<DeadLetter> deadLetters, List<LedgerChange> changes) {
        List<CompletableFuture<?>> sends = new ArrayList<>(deadLetters.size() + changes.size());
        for (DeadLetter deadLetter : deadLetters) {
            send(record(deadLetter), sends);
        }
        for (LedgerChange change : changes) {
            send(LedgerChangeMessage.of(settings.ledgerTopic(), change, clock.instant()), sends);
        }
        if (!sends.isEmpty()) {
            kafka.flush();
            await(CompletableFuture.allOf(sends.toArray(CompletableFuture<?>[]::new)), settings.sendTimeout());
        }
    }

    /** Sends, and gives up at once if that fails at once: a topic that is away would make each send wait its full time. */
    private void send(ProducerRecord<byte[], byte[]> record, List<CompletableFuture<?>> sends) {
        CompletableFuture<?> sent = kafka.send(record);
        if (sent.isCompletedExceptionally()) {
            await(sent, settings.sendTimeout());
        }
        sends.add(sent);
    }

    private static void await(CompletableFuture<?> sent, Duration timeout) {
        try {
            sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while sending", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the broker did not take what the batch gave rise to", e);
        }
    }

    /** The original key, bytes and headers, and headers that say why it is here, where it came from and when. */
    private ProducerRecord<byte[], byte[]> record(DeadLetter deadLetter) {
        ConsumerRecord<byte[], byte[]> original = deadLetter.record();
        RecordHeaders headers = new RecordHeaders();
        for (Header header : original.headers()) {
            if (!header.key().startsWith(HEADER_PREFIX)) {
                headers.add(header);
            }
        }
        add(headers, "reason", deadLetter.reason().wireName());
        add(headers, "detail", deadLetter.detail());
        add(headers, "topic", original.topic());
        add(headers, "partition", Integer.toString(original.partition()));
        add(headers, "offset", Long.toString(original.offset()));
        add(headers, "produced_at_ms", Long.toString(original.timestamp()));
        add(headers, "at", clock.instant().toString());
        return new ProducerRecord<>(settings.deadLetterTopic(), null, original.key(), original.value(), headers);
    }

    private static void add(RecordHeaders headers, String name, String value) {
        headers.add(HEADER_PREFIX + name, value.getBytes(StandardCharsets.UTF_8));
    }
}
