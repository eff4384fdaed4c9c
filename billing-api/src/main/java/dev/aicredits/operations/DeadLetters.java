package dev.aicredits.operations;

import static dev.aicredits.messaging.TopicReads.End.TIMED_OUT;

import dev.aicredits.messaging.DeadLetter;
import dev.aicredits.messaging.TopicReads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The dead letters that the broker keeps, in order of topic, partition and offset. Each call does a bounded amount of work. */
final class DeadLetters {

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    /**
     * What a scan found.
     *
     * @param scanned how many letters it looked at
     * @param next where the next scan begins; null if nothing is left
     */
    record Scan(
            List<DeadLetter> letters,
            long scanned,
            @Nullable LetterPlace next) {}

    private final OperatorBroker broker;
    private final OperationsSettings settings;

    DeadLetters(OperatorBroker broker, OperationsSettings settings) {
        this.broker = broker;
        this.settings = settings;
    }

    Set<String> topics() {
        return Set.copyOf(settings.deadLetterTopics());
    }

    /** The letters in these places; a place that has none, or is of a topic that keeps no dead letters, is not among them. */
    Map<LetterPlace, DeadLetter> at(Collection<LetterPlace> places) {
        List<TopicPartition> there = partitions(places.stream()
                .map(LetterPlace::topic)
                .filter(topics()::contains)
                .distinct()
                .toList());
        List<LetterPlace> possible = places.stream()
                .filter(place -> there.contains(place.topicPartition()))
                .toList();
        return possible.isEmpty() ? Map.of() : broker.reads(reads -> at(possible, reads));
    }

    private Map<LetterPlace, DeadLetter> at(List<LetterPlace> places, TopicReads reads) {
        List<TopicPartition> partitions =
                places.stream().map(LetterPlace::topicPartition).distinct().toList();
        Map<TopicPartition, Long> starts = reads.beginnings(partitions);
        Map<TopicPartition, Long> ends = reads.ends(partitions);
        Map<LetterPlace, DeadLetter> found = new LinkedHashMap<>();
        long deadline = deadline(settings.scanTimeMax());
        for (LetterPlace place : places) {
            TopicPartition partition = place.topicPartition();
            boolean isKept = place.offset() >= starts.getOrDefault(partition, 0L)
                    && place.offset() < ends.getOrDefault(partition, 0L);
            if (isKept
                    && reads.read(partition, place.offset(), place.offset() + 1, into(found), deadline) == TIMED_OUT) {
                throw new TimeoutException("a record was not read in time");
            }
        }
        return found;
    }

    private static Predicate<ConsumerRecord<byte[], byte[]>> into(Map<LetterPlace, DeadLetter> found) {
        return record -> {
            found.put(LetterPlace.of(record), DeadLetter.of(record));
            return false;
        };
    }

    /**
     * Looks for letters from a place on.
     *
     * @param cursor the first to look at; null: from the first there is
     * @param take false for the letter that is too many: it is the first of the next scan
     */
    Scan scan(LetterFilter filter, @Nullable LetterPlace cursor, Predicate<DeadLetter> take) {
        List<String> topics = settings.deadLetterTopics().stream()
                .filter(topic -> filter.topic() == null || filter.topic().equals(topic))
                .filter(topic -> cursor == null || topic.compareTo(cursor.topic()) >= 0)
                .toList();
        List<TopicPartition> partitions = partitions(topics).stream()
                .filter(partition -> cursor == null || ORDER.compare(partition, cursor.topicPartition()) >= 0)
                .sorted(ORDER)
                .toList();
        return broker.reads(reads -> new Scanner(filter, take, reads).scan(partitions, cursor));
    }

    private List<TopicPartition> partitions(List<String> topics) {
        return broker.states(states -> states.partitions(topics)).values().stream()
                .flatMap(List::stream)
                .toList();
    }

    private static long deadline(Duration limit) {
        return System.nanoTime() + limit.toNanos();
    }

    /** One scan. */
    private final class Scanner {

        private final LetterFilter filter;
        private final Predicate<DeadLetter> take;
        private final TopicReads reads;
        private final List<DeadLetter> found = new ArrayList<>();
        private final long deadline = deadline(settings.scanTimeMax());
        private long scanned;
        private @Nullable LetterPlace next;

        Scanner(LetterFilter filter, Predicate<DeadLetter> take, TopicReads reads) {
            this.filter = filter;
            this.take = take;
            this.reads = reads;
        }

        Scan scan(List<TopicPartition> partitions, @Nullable LetterPlace cursor) {
            Map<TopicPartition, Long> ends = reads.ends(partitions);
            Map<TopicPartition, Long> starts = starts(partitions, cursor);
            for (TopicPartition partition : partitions) {
                long end = ends.getOrDefault(partition, 0L);
                long start = starts.getOrDefault(partition, 0L);
                if (start < end && isCutShort(partition, start, end)) {
                    return new Scan(found, scanned, next);
                }
            }
            return new Scan(found, scanned, null);
        }

        private Map<TopicPartition, Long> starts(List<TopicPartition> partitions, @Nullable LetterPlace cursor) {
            Map<TopicPartition, Long> starts = new HashMap<>(
                    filter.from() == null ? reads.beginnings(partitions) : reads.since(partitions, filter.from()));
            if (cursor != null) {
                starts.computeIfPresent(
                        cursor.topicPartition(), (partition, start) -> Math.max(start, cursor.offset()));
            }
            return starts;
        }

        private boolean isCutShort(TopicPartition partition, long start, long end) {
            next = new LetterPlace(partition.topic(), partition.partition(), start);
            return reads.read(partition, start, end, this::look, deadline) != TopicReads.End.REACHED;
        }

        private boolean look(ConsumerRecord<byte[], byte[]> record) {
            next = LetterPlace.of(record);
            if (scanned == settings.scanRecordsMax()) {
                return false;
            }
            DeadLetter letter = DeadLetter.of(record);
            if (filter.matches(letter)) {
                if (!take.test(letter)) {
                    return false;
                }
                found.add(letter);
            }
            scanned++;
            next = new LetterPlace(record.topic(), record.partition(), record.offset() + 1);
            return true;
        }
    }
}
