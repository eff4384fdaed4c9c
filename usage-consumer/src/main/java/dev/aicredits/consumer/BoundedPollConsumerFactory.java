package dev.aicredits.consumer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.util.unit.DataSize;

/**
 * Makes consumers whose polls end early once they hold so many bytes.
 *
 * <p>Kafka bounds a poll by records, and a fetch by bytes as they are compressed: a few MB of them may be many GB once
 * they are not. So a record for which there is no more room is refused while it is read. Kafka's consumer then returns
 * what it has, keeps its position at the refused record, and reads that one again in the next poll.
 */
final class BoundedPollConsumerFactory extends DefaultKafkaConsumerFactory<byte[], byte[]> {

    private final PollBudget budget;

    BoundedPollConsumerFactory(Map<String, Object> config, DataSize pollBytesMax) {
        this(config, new PollBudget(pollBytesMax.toBytes()));
    }

    private BoundedPollConsumerFactory(Map<String, Object> config, PollBudget budget) {
        super(config, new ByteArrayDeserializer(), budget);
        this.budget = budget;
    }

    @Override
    protected Consumer<byte[], byte[]> createRawConsumer(Map<String, Object> config) {
        return new ExtendedKafkaConsumer(config) {
            @Override
            public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                budget.renew();
                return super.poll(timeout);
            }
        };
    }

    /** Counts what a poll reads. Values are read in the thread that polls, so each thread has a budget of its own. */
    private static final class PollBudget extends ByteArrayDeserializer {

        private final long bytesMax;
        private final ThreadLocal<Long> spent = ThreadLocal.withInitial(() -> 0L);

        PollBudget(long bytesMax) {
            this.bytesMax = bytesMax;
        }

        void renew() {
            spent.set(0L);
        }

        @Override
        public byte[] deserialize(String topic, Headers headers, ByteBuffer value) {
            long before = spent.get();
            long after = before + bytes(headers, value);
            // The first always has room: a poll that returns nothing would be the last.
            if (before > 0 && after > bytesMax) {
                throw new SerializationException("the poll is full");
            }
            spent.set(after);
            return super.deserialize(topic, headers, value);
        }

        private static long bytes(Headers headers, ByteBuffer value) {
            long bytes = value.remaining();
            for (Header header : headers) {
                bytes += header.value() == null ? 0 : header.value().length;
            }
            return bytes;
        }
    }
}
