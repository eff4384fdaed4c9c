package dev.aicredits.messaging;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.CommonContainerStoppingErrorHandler;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ListenerUtils;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * What a container does about records that failed: put the consumer back to the first of them, then wait and poll again,
 * for ever, or stop where {@link Failures} says that waiting does not help. Nothing is ever skipped. Of a batch listener
 * all of the poll is repeated; of a record listener what was not done yet.
 *
 * <p>While it waits the consumer polls nothing and stays in its group, which asks for a poll once in {@code
 * pollIntervalMax} only. Spring's own handler repeats a batch between polls of its own instead; what such a poll throws
 * (an authorization that is gone, a rebalance that fails) ends the repetition with the consumer behind the batch, and
 * the next commit skips it.
 */
final class RepeatingErrorHandler implements CommonErrorHandler {

    private static final Logger log = LoggerFactory.getLogger(RepeatingErrorHandler.class);
    private static final double BACK_OFF_FACTOR = 2;

    private final String groupId;
    private final ExponentialBackOff backOff;
    /** A try that waits for a database that hangs is over by then. */
    private static final Duration LONGEST_TRY = Duration.ofMinutes(2);

    /** The first and the last of the failures that no success is known to be between, as {@link System#nanoTime()}. */
    private record Failing(long sinceNanos, long lastNanos) {}

    private final CommonErrorHandler stopping = new CommonContainerStoppingErrorHandler();
    private final ThreadLocal<BackOffExecution> waits;
    /** Of each thread that has failed and is not known to have succeeded since. */
    private final Map<Thread, Failing> failing = new ConcurrentHashMap<>();

    private final Duration silenceMax;

    RepeatingErrorHandler(ConsumerSettings settings) {
        groupId = settings.groupId();
        backOff = new ExponentialBackOff(settings.backOffInitial().toMillis(), BACK_OFF_FACTOR);
        backOff.setMaxInterval(settings.backOffMax().toMillis());
        waits = ThreadLocal.withInitial(backOff::start);
        silenceMax = settings.backOffMax().plus(LONGEST_TRY);
    }

    @Override
    public boolean seeksAfterHandling() {
        return true;
    }

    @Override
    public boolean isAckAfterHandle() {
        return false;
    }

    /** A batch failed. */
    @Override
    public void handleBatch(
            Exception failure,
            ConsumerRecords<?, ?> records,
            Consumer<?, ?> consumer,
            MessageListenerContainer container,
            Runnable invokeListener) {
        Map<TopicPartition, Long> firsts = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            firsts.put(partition, records.records(partition).get(0).offset());
        }
        repeat(failure, firsts, records.count(), consumer, container);
    }

    /** A record failed; {@code records} is it and the rest of its poll. */
    @Override
    public void handleRemaining(
            Exception failure,
            List<ConsumerRecord<?, ?>> records,
            Consumer<?, ?> consumer,
            MessageListenerContainer container) {
        Map<TopicPartition, Long> firsts = new HashMap<>();
        for (ConsumerRecord<?, ?> record : records) {
            firsts.merge(new TopicPartition(record.topic(), record.partition()), record.offset(), Math::min);
        }
        repeat(failure, firsts, records.size(), consumer, container);
    }

    /**
     * A poll failed, and no records with it. A member whose group is gone has ended for good, and says so once: its polls
     * return nothing from then on, without a word. Of the protocol {@code consumer} alone, after a stall in which the broker
     * gave the group up.
     */
    @Override
    public void handleOtherException(
            Exception failure, Consumer<?, ?> consumer, MessageListenerContainer container, boolean batchListener) {
        if (failure instanceof GroupIdNotFoundException) {
            stop(failure, 0, consumer, container);
        } else {
            waitBeforeNextPoll(failure, 0, container);
        }
    }

    /** Called by the container after the first success that follows a failure. */
    @Override
    public void clearThreadState() {
        waits.remove();
        failing.remove(Thread.currentThread());
    }

    /**
     * For how long a thread has done nothing but fail, the longest of them; zero if none is failing. One that has not failed
     * for longer than a wait and a try take is not: it has lost the partition that it failed with, or what failed was
     * no batch, and of neither a success is told.
     */
    Duration failingFor() {
        return failingFor(System.nanoTime());
    }

    Duration failingFor(long now) {
        failing.entrySet()
                .removeIf(of -> !of.getKey().isAlive() || now - of.getValue().lastNanos() > silenceMax.toNanos());
        return Duration.ofNanos(failing.values().stream()
                .mapToLong(one -> now - one.sinceNanos())
                .max()
                .orElse(0));
    }

    private void repeat(
            Exception failure,
            Map<TopicPartition, Long> firsts,
            int records,
            Consumer<?, ?> consumer,
            MessageListenerContainer container) {
        try {
            firsts.forEach((partition, offset) -> rewind(partition, offset, consumer));
        } catch (RuntimeException e) {
            // Polling on would skip the records. A consumer that starts anew starts where the group has committed.
            e.addSuppressed(failure);
            stop(e, records, consumer, container);
            return;
        }
        if (Failures.isBroken(failure)) {
            stop(failure, records, consumer, container);
        } else {
            waitBeforeNextPoll(failure, records, container);
        }
    }

    private static void rewind(TopicPartition partition, long offset, Consumer<?, ?> consumer) {
        try {
            consumer.seek(partition, offset);
        } catch (IllegalStateException e) {
            if (consumer.assignment().contains(partition)) {
                throw e;
            }
            // Whoever has the partition now starts at the committed offset.
        }
    }

    private void stop(Exception failure, int records, Consumer<?, ?> consumer, MessageListenerContainer container) {
        log.atError()
                .addKeyValue("group", groupId)
                .addKeyValue("records", records)
                .log("the consumer stops, waiting does not help: {}", Failures.describe(failure));
        stopping.handleBatch(failure, ConsumerRecords.empty(), consumer, container, () -> {});
    }

    private void waitBeforeNextPoll(Exception failure, int records, MessageListenerContainer container) {
        long now = System.nanoTime();
        failing.merge(
                Thread.currentThread(), new Failing(now, now), (first, last) -> new Failing(first.sinceNanos(), now));
        long waitMs = waits.get().nextBackOff();
        log.atWarn()
                .addKeyValue("group", groupId)
                .addKeyValue("records", records)
                .addKeyValue("wait_ms", waitMs)
                .log("records failed and will be tried again: {}", Failures.describe(failure));
        try {
            ListenerUtils.stoppableSleep(container, waitMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
