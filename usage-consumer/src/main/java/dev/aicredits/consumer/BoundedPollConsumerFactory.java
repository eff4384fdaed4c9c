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
 * Makes consumers whose polls bring what is there now, and end early once they hold so many records or bytes.
 *
 * <p>Kafka bounds a poll by records, and a fetch by bytes as they are compressed: a few MB of them may be many GB once
 * they are not. So a record for which there is no more room is refused while it is read. Kafka's consumer then returns
 * what it has, keeps its position at the refused record, and reads that one again in the next poll.
 */
final class BoundedPollConsumerFactory extends DefaultKafkaConsumerFactory<byte[], byte[]> {

    private final PollBudget budget;

    BoundedPollConsumerFactory(Map<String, Object> config, int pollRecordsMax, DataSize pollBytesMax) {
        this(config, new PollBudget(pollRecordsMax, pollBytesMax.toBytes()));
    }

    private BoundedPollConsumerFactory(Map<String, Object> config, PollBudget budget) {
        super(config, new ByteArrayDeserializer(), budget);
        this.budget = budget;
    }

    @Override
    protected Consumer<byte[], byte[]> createRawConsumer(Map<String, Object> config) {
        return new ExtendedKafkaConsumer(config) {
            private final FreshPoll polls =
                    new FreshPoll(this::pollOnce, budget::isHalfLeft, this::assignment, System::nanoTime);

            @Override
            public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                budget.renew();
                return polls.poll(timeout);
            }

            private ConsumerRecords<byte[], byte[]> pollOnce(Duration timeout) {
                return super.poll(timeout);
            }
        };
    }

    /** Counts what a poll reads. Values are read in the thread that polls, so each thread has a budget of its own. */
    private static final class PollBudget extends ByteArrayDeserializer {

        private static final class Spent {
            int records;
            long bytes;
        }

        private final int recordsMax;
        private final long bytesMax;
        private final ThreadLocal<Spent> spent = ThreadLocal.withInitial(Spent::new);

        PollBudget(int recordsMax, long bytesMax) {
            this.recordsMax = recordsMax;
            this.bytesMax = bytesMax;
        }

        void renew() {
            Spent soFar = spent.get();
            soFar.records = 0;
            soFar.bytes = 0;
        }

        boolean isHalfLeft() {
            Spent soFar = spent.get();
            return soFar.records <= recordsMax / 2 && soFar.bytes <= bytesMax / 2;
        }

        @Override
        public byte[] deserialize(String topic, Headers headers, ByteBuffer value) {
            Spent soFar = spent.get();
            long bytes = bytes(headers, value);
            // The first always has room: a poll that returns nothing would be the last.
            if (soFar.records > 0 && (soFar.records == recordsMax || soFar.bytes + bytes > bytesMax)) {
                throw new SerializationException("the poll is full");
            }
            soFar.records++;
            soFar.bytes += bytes;
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
