package dev.aicredits.bench;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Events at a steady rate: what is due by now since the start, so that late wake-ups add up to nothing. */
public final class SteadyLoad {

    private static final long TICK_NANOS = 500_000;

    private SteadyLoad() {}

    static void produce(
            KafkaProducer<byte[], byte[]> producer, EventSource source, int perSecond, BooleanSupplier goesOn) {
        produce(
                event -> {
                    var unused = producer.send(event);
                },
                source,
                perSecond,
                goesOn);
    }

    /** Sends {@code perSecond} events a second, in this thread, for as long as {@code goesOn}. */
    public static void produce(
            Consumer<ProducerRecord<byte[], byte[]>> producer,
            EventSource source,
            int perSecond,
            BooleanSupplier goesOn) {
        long start = System.nanoTime();
        long sent = 0;
        while (goesOn.getAsBoolean()) {
            long due = (System.nanoTime() - start) * perSecond / 1_000_000_000L;
            for (; sent < due; sent++) {
                producer.accept(source.next());
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }
}
