package dev.aicredits.consumer;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.CommonContainerStoppingErrorHandler;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ListenerUtils;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * What the container does about a poll that failed: put the consumer back to the poll's first records, then wait and
 * poll again, for ever, or stop where {@link UsageFailures} says that waiting does not help. Nothing is ever skipped.
 *
 * <p>While it waits the consumer polls nothing and stays in its group, which asks for a poll once in {@code
 * pollIntervalMax} only. Spring's own handler repeats a batch between polls of its own instead; what such a poll throws
 * (an authorization that is gone, a rebalance that fails) ends the repetition with the consumer behind the batch, and
 * the next commit skips it.
 */
final class UsageErrorHandler implements CommonErrorHandler {

    private static final Logger log = LoggerFactory.getLogger(UsageErrorHandler.class);
    private static final double BACK_OFF_FACTOR = 2;

    private final ExponentialBackOff backOff;
    private final CommonErrorHandler stopping = new CommonContainerStoppingErrorHandler();
    private final ThreadLocal<BackOffExecution> waits;

    UsageErrorHandler(UsageConsumerSettings settings) {
        backOff = new ExponentialBackOff(settings.backOffInitial().toMillis(), BACK_OFF_FACTOR);
        backOff.setMaxInterval(settings.backOffMax().toMillis());
        waits = ThreadLocal.withInitial(backOff::start);
    }

    @Override
    public boolean seeksAfterHandling() {
        return true;
    }

    @Override
    public boolean isAckAfterHandle() {
        return false;
    }

    @Override
    public void handleBatch(
            Exception failure,
            ConsumerRecords<?, ?> records,
            Consumer<?, ?> consumer,
            MessageListenerContainer container,
            Runnable invokeListener) {
        try {
            rewind(records, consumer);
        } catch (RuntimeException e) {
            // Polling on would skip the batch. A consumer that starts anew starts where the group has committed.
            e.addSuppressed(failure);
            stop(e, records, consumer, container);
            return;
        }
        if (UsageFailures.isBroken(failure)) {
            stop(failure, records, consumer, container);
        } else {
            waitBeforeNextPoll(failure, records.count(), container);
        }
    }

    /** A poll or a commit failed, and no batch with it. */
    @Override
    public void handleOtherException(
            Exception failure, Consumer<?, ?> consumer, MessageListenerContainer container, boolean batchListener) {
        waitBeforeNextPoll(failure, 0, container);
    }

    /** Called by the container after the first success that follows a failure. */
    @Override
    public void clearThreadState() {
        waits.remove();
    }

    private static void rewind(ConsumerRecords<?, ?> records, Consumer<?, ?> consumer) {
        for (TopicPartition partition : records.partitions()) {
            try {
                consumer.seek(partition, records.records(partition).get(0).offset());
            } catch (IllegalStateException e) {
                if (consumer.assignment().contains(partition)) {
                    throw e;
                }
                // Whoever has the partition now starts at the committed offset.
            }
        }
    }

    private void stop(
            Exception failure,
            ConsumerRecords<?, ?> records,
            Consumer<?, ?> consumer,
            MessageListenerContainer container) {
        log.atError()
                .addKeyValue("records", records.count())
                .log("usage consumer stops, waiting does not help: {}", UsageFailures.describe(failure));
        stopping.handleBatch(failure, records, consumer, container, () -> {});
    }

    private void waitBeforeNextPoll(Exception failure, int records, MessageListenerContainer container) {
        long waitMs = waits.get().nextBackOff();
        log.atWarn()
                .addKeyValue("records", records)
                .addKeyValue("wait_ms", waitMs)
                .log("usage batch failed and will be tried again: {}", UsageFailures.describe(failure));
        try {
            ListenerUtils.stoppableSleep(container, waitMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
