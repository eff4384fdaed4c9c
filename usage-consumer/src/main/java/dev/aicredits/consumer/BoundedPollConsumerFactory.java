package dev.aicredits.consumer;

import dev.aicredits.wire.UsageEventDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.util.unit.DataSize;

/**
 * Makes consumers whose polls bring what is there now, and end early once they hold so many records or bytes.
 *
 * <p>Kafka bounds a poll by records, and a fetch by bytes as they are compressed: a few MB of them may be many GB once
 * they are not. So a record for which there is no more room is refused while it is read. Kafka's consumer then returns
 * what it has, keeps its position at the refused record, and reads that one again in the next poll.
 */
final class BoundedPollConsumerFactory extends DefaultKafkaConsumerFactory<byte[], ReadUsage> {

    private final PollBudget budget;

    BoundedPollConsumerFactory(
            Map<String, Object> config, UsageEventDecoder decoder, int pollRecordsMax, DataSize pollBytesMax) {
        this(config, new PollBudget(decoder, pollRecordsMax, pollBytesMax.toBytes()));
    }

    private BoundedPollConsumerFactory(Map<String, Object> config, PollBudget budget) {
        super(config, new ByteArrayDeserializer(), budget);
        this.budget = budget;
    }

    @Override
    protected Consumer<byte[], ReadUsage> createRawConsumer(Map<String, Object> config) {
        return new ExtendedKafkaConsumer(config) {
            private final FreshPoll<ReadUsage> polls =
                    new FreshPoll<>(this::pollOnce, budget::isHalfLeft, this::assignment, System::nanoTime);

            @Override
            public ConsumerRecords<byte[], ReadUsage> poll(Duration timeout) {
                budget.renew();
                return polls.poll(timeout);
            }

            private ConsumerRecords<byte[], ReadUsage> pollOnce(Duration timeout) {
                return super.poll(timeout);
            }
        };
    }

    /** Counts what a poll reads. Values are read in the thread that polls, so each thread has a budget of its own. */
    private static final class PollBudget implements Deserializer<ReadUsage> {

        private static final class Spent {
            final PollBytes values = new PollBytes();
            int records;
            long bytes;
        }

        private final UsageEventDecoder decoder;
        private final int recordsMax;
        private final long bytesMax;
        private final ThreadLocal<Spent> spent = ThreadLocal.withInitial(Spent::new);

        PollBudget(UsageEventDecoder decoder, int recordsMax, long bytesMax) {
            this.decoder = decoder;
            this.recordsMax = recordsMax;
            this.bytesMax = bytesMax;
        }

        void renew() {
            Spent soFar = spent.get();
            soFar.values.renew();
            soFar.records = 0;
            soFar.bytes = 0;
        }

        boolean isHalfLeft() {
            Spent soFar = spent.get();
            return soFar.records <= recordsMax / 2 && soFar.bytes <= bytesMax / 2;
        }

        @Override
        public ReadUsage deserialize(String topic, Headers headers, ByteBuffer value) {
            Spent soFar = spent.get();
            long bytes = bytes(headers, value);
            // The first always has room: a poll that returns nothing would be the last.
            if (soFar.records > 0 && (soFar.records == recordsMax || soFar.bytes + bytes > bytesMax)) {
                throw new SerializationException("the poll is full");
            }
            soFar.records++;
            soFar.bytes += bytes;
            return soFar.values.keep(value, decoder.read(headers, value));
        }

        @Override
        public ReadUsage deserialize(String topic, byte[] value) {
            return deserialize(topic, new RecordHeaders(), ByteBuffer.wrap(value));
        }

        private static long bytes(Headers headers, ByteBuffer value) {
            long bytes = value.remaining();
            for (Header header : headers) {
                // Once both were asked for, a header no longer holds on to the buffer that the whole record was read
                // from.
                bytes += header.key().length();
                bytes += header.value() == null ? 0 : header.value().length;
            }
            return bytes;
        }
    }
}
