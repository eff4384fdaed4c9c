package dev.aicredits.consumer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends to a system's usage topic as an agent platform does. {@link #flush} returns when the broker has it all. */
final class UsageProducer implements AutoCloseable {

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();

    UsageProducer(UsageSystem system, Map<String, Object> config) {
        this.topic = system.topic();
        Map<String, Object> all = new HashMap<>();
        all.put("bootstrap.servers", system.bootstrapServers());
        all.put("acks", "all");
        all.put("linger.ms", 5);
        all.put("max.request.size", 64 << 20);
        all.put("buffer.memory", 128L << 20);
        all.putAll(config);
        this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** In structured mode with the organization as the key, as producers should. */
    UsageProducer send(TestUsage usage) {
        return send(null, usage.key(), usage);
    }

    /** In structured mode to that partition, or to the key's if it is null. */
    UsageProducer send(Integer partition, byte[] key, TestUsage usage) {
        byte[] value = usage.json().getBytes(StandardCharsets.UTF_8);
        return send(partition, key, value, Map.of("content-type", "application/cloudevents+json"));
    }

    UsageProducer sendBinary(TestUsage usage) {
        return send(null, usage.key(), usage.data().getBytes(StandardCharsets.UTF_8), usage.binaryHeaders());
    }

    UsageProducer send(Integer partition, byte[] key, byte[] value, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, key, value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return send(record);
    }

    UsageProducer send(ProducerRecord<byte[], byte[]> record) {
        sent.add(producer.send(record));
        return this;
    }

    void flush() {
        producer.flush();
        try {
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
            sent.clear();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker did not take a test's record", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
