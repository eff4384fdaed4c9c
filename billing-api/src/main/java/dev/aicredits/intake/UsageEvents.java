package dev.aicredits.intake;

import dev.aicredits.intake.EventAnswer.Outcome;
import dev.aicredits.messaging.Publisher;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.tracing.Traces;
import dev.aicredits.wire.DeadLetterReason;
import dev.aicredits.wire.DecodedUsage;
import dev.aicredits.wire.DecodedUsage.Refused;
import dev.aicredits.wire.DecodedUsage.Usable;
import dev.aicredits.wire.UsageEventDecoder;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.springframework.kafka.KafkaException;

/**
 * Puts an organization's usage events on the topic, as a producer of its own would: key organization, value the event's own
 * bytes, in structured mode. What the consumer would refuse by the record alone is refused here by the same code.
 */
final class UsageEvents {

    private static final String METRIC = "aicredits.api.usage.events";
    private static final byte[] STRUCTURED = UsageEventController.EVENT.getBytes(StandardCharsets.US_ASCII);

    private final String topic;
    private final UsageEventDecoder decoder;
    private final Publisher publisher;
    private final Traces traces;
    private final MeterRegistry registry;

    UsageEvents(String topic, UsageEventDecoder decoder, Publisher publisher, Traces traces, MeterRegistry registry) {
        this.topic = topic;
        this.decoder = decoder;
        this.publisher = publisher;
        this.traces = traces;
        this.registry = registry;
        // From the start: what first appears as 1 has not risen for who computes a rate.
        for (Outcome outcome : Outcome.values()) {
            count(outcome, 0);
        }
    }

    /**
     * What became of each event, in order; the broker has those that are accepted, in order. They are rated and debited
     * later: what only the ledger can tell (a model without a price, another organization's agent, an id used before for
     * something else) goes to the dead-letter topic then.
     *
     * @throws ProblemException {@link IntakeProblem#EVENTS_NOT_STORED} if the broker has not said in time that it has
     *     every one; it may have some, and to send all of them again is safe
     */
    List<EventAnswer> accept(String organizationId, List<byte[]> events) {
        byte[] key = organizationId.getBytes(StandardCharsets.UTF_8);
        List<EventAnswer> answers = new ArrayList<>(events.size());
        List<ProducerRecord<byte[], byte[]>> accepted = new ArrayList<>(events.size());
        for (byte[] event : events) {
            Headers headers = new RecordHeaders().add("content-type", STRUCTURED);
            EventAnswer answer = judge(decoder.decode(key, headers, event));
            answers.add(answer);
            if (answer.isAccepted()) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, key, event, headers);
                traces.carry(record, organizationId);
                accepted.add(record);
            }
        }
        count(Outcome.REFUSED, answers.size() - accepted.size());
        publish(accepted);
        return answers;
    }

    private static EventAnswer judge(DecodedUsage decoded) {
        if (decoded instanceof Refused refused) {
            boolean other = refused.reason() == DeadLetterReason.WRONG_ORGANIZATION;
            return EventAnswer.refused(
                    refused.reason().wireName(),
                    other ? "data.organizationId is not the organization of the path" : refused.detail());
        }
        // Who may write to the topic may name a source whose prices count. A key of an organization's is no reason to.
        return ((Usable) decoded).namesCost()
                ? EventAnswer.refused(DeadLetterReason.INVALID_FIELD.wireName(), "data.costUsd is not taken over HTTP")
                : EventAnswer.ACCEPTED;
    }

    private void publish(List<ProducerRecord<byte[], byte[]>> records) {
        try {
            publisher.publish(records);
        } catch (KafkaException e) {
            count(Outcome.NOT_STORED, records.size());
            throw new ProblemException(IntakeProblem.EVENTS_NOT_STORED);
        }
        count(Outcome.ACCEPTED, records.size());
    }

    private void count(Outcome outcome, int events) {
        registry.counter(METRIC, "outcome", outcome.key()).increment(events);
    }
}
