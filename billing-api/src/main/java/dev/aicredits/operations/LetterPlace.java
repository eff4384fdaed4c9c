package dev.aicredits.operations;

import dev.aicredits.messaging.DeadLetter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a dead letter is, as text {@code topic/partition/offset}: a letter's id, and as a cursor the first one to look at.
 * They are in order of topic, partition and offset.
 */
record LetterPlace(String topic, int partition, long offset) {

    private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9._-]{1,249})/(\\d{1,9})/(\\d{1,18})");

    static LetterPlace of(ConsumerRecord<?, ?> record) {
        return new LetterPlace(record.topic(), record.partition(), record.offset());
    }

    static LetterPlace of(DeadLetter letter) {
        return of(letter.record());
    }

    /** The place that a text names; empty if it is none. */
    static Optional<LetterPlace> parse(String text) {
        Matcher place = TEXT.matcher(text);
        return place.matches()
                ? Optional.of(new LetterPlace(
                        place.group(1), Integer.parseInt(place.group(2)), Long.parseLong(place.group(3))))
                : Optional.empty();
    }

    TopicPartition topicPartition() {
        return new TopicPartition(topic, partition);
    }

    @Override
    public String toString() {
        return topic + "/" + partition + "/" + offset;
    }
}
