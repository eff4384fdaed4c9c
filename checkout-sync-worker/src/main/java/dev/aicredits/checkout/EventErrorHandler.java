package dev.aicredits.checkout;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
 * What the container does about an event that failed: put the consumer back to it, wait, poll again, for ever, or stop
 * where {@link EventFailures} says that waiting does not help. Nothing is ever skipped.
 */
final class EventErrorHandler implements CommonErrorHandler {

    private static final Logger log = LoggerFactory.getLogger(EventErrorHandler.class);
    private static final double BACK_OFF_FACTOR = 2;

    private final ExponentialBackOff backOff;
    private final CommonErrorHandler stopping = new CommonContainerStoppingErrorHandler();
    private final ThreadLocal<BackOffExecution> waits;

    EventErrorHandler(CheckoutSettings settings) {
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
    public void handleRemaining(
            Exception failure,
            List<ConsumerRecord<?, ?>> records,
            Consumer<?, ?> consumer,
            MessageListenerContainer container) {
        try {
            rewind(records, consumer);
        } catch (RuntimeException e) {
            // Polling on would skip the event. A consumer that starts anew starts where the group has committed.
            e.addSuppressed(failure);
            stop(e, consumer, container);
            return;
        }
        if (EventFailures.isBroken(failure)) {
            stop(failure, consumer, container);
        } else {
            waitBeforeNextPoll(failure, container);
        }
    }

    /** A poll or a commit failed, and no event with it. */
    @Override
    public void handleOtherException(
            Exception failure, Consumer<?, ?> consumer, MessageListenerContainer container, boolean batchListener) {
        waitBeforeNextPoll(failure, container);
    }

    /** Called by the container after the first success that follows a failure. */
    @Override
    public void clearThreadState() {
        waits.remove();
    }

    private static void rewind(List<ConsumerRecord<?, ?>> records, Consumer<?, ?> consumer) {
        Map<TopicPartition, Long> firsts = new HashMap<>();
        for (ConsumerRecord<?, ?> record : records) {
            firsts.merge(new TopicPartition(record.topic(), record.partition()), record.offset(), Math::min);
        }
        firsts.forEach((partition, offset) -> {
            try {
                consumer.seek(partition, offset);
            } catch (IllegalStateException e) {
                if (consumer.assignment().contains(partition)) {
                    throw e;
                }
                // Whoever has the partition now starts at the committed offset.
            }
        });
    }

    private void stop(Exception failure, Consumer<?, ?> consumer, MessageListenerContainer container) {
        log.atError().log("event consumer stops, waiting does not help: {}", EventFailures.describe(failure));
        stopping.handleBatch(failure, ConsumerRecords.empty(), consumer, container, () -> {});
    }

    private void waitBeforeNextPoll(Exception failure, MessageListenerContainer container) {
        long waitMs = waits.get().nextBackOff();
        log.atWarn()
                .addKeyValue("wait_ms", waitMs)
                .log("an event failed and will be tried again: {}", EventFailures.describe(failure));
        try {
            ListenerUtils.stoppableSleep(container, waitMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
