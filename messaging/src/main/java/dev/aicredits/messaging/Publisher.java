package dev.aicredits.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;

/** Sends records and waits until the broker has them. At least once: what is repeated is sent again. */
public final class Publisher {

    private final KafkaTemplate<byte[], byte[]> kafka;
    private final Duration timeout;

    /** Gives the broker so long to acknowledge. */
    public Publisher(KafkaTemplate<byte[], byte[]> kafka, Duration timeout) {
        this.kafka = kafka;
        this.timeout = timeout;
    }

    /**
     * Sends one.
     *
     * @throws KafkaException if the broker has not acknowledged it in time; it may have it all the same
     */
    public void publish(ProducerRecord<byte[], byte[]> record) {
        await(kafka.send(record));
    }

    /**
     * Sends all, in that order within a partition, without waiting for more to come.
     *
     * @throws KafkaException if the broker has not acknowledged every one in time; it may have some, or all
     */
    public void publish(List<ProducerRecord<byte[], byte[]>> records) {
        if (records.isEmpty()) {
            return;
        }
        List<CompletableFuture<?>> sends = new ArrayList<>(records.size());
        for (ProducerRecord<byte[], byte[]> record : records) {
            CompletableFuture<?> sent = kafka.send(record);
            // A topic that is away would make each send wait its full time.
            if (sent.isCompletedExceptionally()) {
                await(sent);
            }
            sends.add(sent);
        }
        kafka.flush();
        await(CompletableFuture.allOf(sends.toArray(CompletableFuture<?>[]::new)));
    }

    /**
     * Sends each, whatever becomes of the others.
     *
     * @return of each, in order, whether the broker has acknowledged it in time; what it has not, it may have all the same
     */
    public List<Boolean> publishEach(List<ProducerRecord<byte[], byte[]>> records) {
        List<CompletableFuture<Boolean>> sends = new ArrayList<>(records.size());
        for (ProducerRecord<byte[], byte[]> record : records) {
            sends.add(send(record).thenApply(sent -> true).exceptionally(failure -> false));
        }
        kafka.flush();
        return sends.stream()
                .map(sent -> sent.completeOnTimeout(false, timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .join())
                .toList();
    }

    /** What a producer refuses by an exception, such as a record that is too large for it, is not sent either. */
    private CompletableFuture<?> send(ProducerRecord<byte[], byte[]> record) {
        try {
            return kafka.send(record);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void await(CompletableFuture<?> sent) {
        try {
            sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while sending", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the broker did not take what was sent", e);
        }
    }
}
