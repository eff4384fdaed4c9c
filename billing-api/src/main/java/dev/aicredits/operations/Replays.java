package dev.aicredits.operations;

import dev.aicredits.access.SignedIn;
import dev.aicredits.audit.AuditRecord;
import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.messaging.DeadLetter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sends dead letters back to the topic that they came from, as they were: the consumer's dedupe makes it safe to do so twice.
 *
 * <p>Who asked, why and for which letters is kept, with an audit record in each organization's log, before anything is sent:
 * after a crash a replay may be kept that was not sent, never one sent that was not kept.
 */
final class Replays {

    /** What became of a letter. */
    enum Outcome {
        /** The broker has it. */
        REPLAYED,
        /** The broker has not said in time that it has it. */
        NOT_ACKNOWLEDGED,
        /** A dry run: it would have been sent. */
        WOULD_REPLAY,
        /** It was sent before, and not asked for again. */
        ALREADY_REPLAYED,
        /** It says that it came from another topic than the one whose letters these are. */
        NOT_REPLAYABLE,
        /** It is not there. */
        NOT_FOUND;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How to do it.
     *
     * @param dryRun nothing is sent and nothing kept
     * @param again those that were replayed before, too
     * @param why for the audit log
     */
    record Order(boolean dryRun, boolean again, String why) {}

    /**
     * What a call did.
     *
     * @param replayId null if nothing was sent
     * @param scanned how many letters it looked at
     * @param next where to go on; null if nothing is left
     */
    record Result(
            @Nullable UUID replayId,
            long scanned,
            Map<LetterPlace, Outcome> outcomes,
            Map<LetterPlace, DeadLetter> letters,
            @Nullable LetterPlace next) {}

    private final DeadLetters deadLetters;
    private final JdbcReplays replays;
    private final OperatorBroker broker;
    private final AuditedChanges changes;
    private final OperationsSettings settings;
    private final Clock clock;

    Replays(
            DeadLetters deadLetters,
            JdbcReplays replays,
            OperatorBroker broker,
            AuditedChanges changes,
            OperationsSettings settings,
            Clock clock) {
        this.deadLetters = deadLetters;
        this.replays = replays;
        this.broker = broker;
        this.changes = changes;
        this.settings = settings;
        this.clock = clock;
    }

    /** Replays the letters in these places. */
    Result replay(SignedIn operator, Order order, Collection<LetterPlace> places) {
        Map<LetterPlace, DeadLetter> found = deadLetters.at(places);
        Map<LetterPlace, Outcome> outcomes = new LinkedHashMap<>();
        places.forEach(place -> outcomes.put(place, Outcome.NOT_FOUND));
        return replay(operator, order, outcomes, found, found.size(), null);
    }

    /** Replays letters that match, from a place on, as many as one call may. */
    Result replay(SignedIn operator, Order order, LetterFilter filter, @Nullable LetterPlace cursor) {
        DeadLetters.Scan scan = deadLetters.scan(filter, cursor, withinLimits());
        Map<LetterPlace, DeadLetter> found = new LinkedHashMap<>();
        scan.letters().forEach(letter -> found.put(LetterPlace.of(letter), letter));
        return replay(operator, order, new LinkedHashMap<>(), found, scan.scanned(), scan.next());
    }

    private Predicate<DeadLetter> withinLimits() {
        long[] taken = new long[2];
        return letter -> {
            taken[0]++;
            taken[1] += letter.bytes();
            boolean isFirst = taken[0] == 1;
            return isFirst
                    || (taken[0] <= settings.replayRecordsMax()
                            && taken[1] <= settings.replayBytesMax().toBytes());
        };
    }

    private Result replay(
            SignedIn operator,
            Order order,
            Map<LetterPlace, Outcome> outcomes,
            Map<LetterPlace, DeadLetter> found,
            long scanned,
            @Nullable LetterPlace next) {
        Map<LetterPlace, JdbcReplays.Replay> before = replays.lastOf(found.values());
        List<DeadLetter> toSend = new ArrayList<>();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        found.forEach((place, letter) -> {
            JdbcReplays.Replay last = before.get(place);
            if (last != null && last.publishedAt() != null && !order.again()) {
                outcomes.put(place, Outcome.ALREADY_REPLAYED);
            } else if (letter.replay().isEmpty()) {
                outcomes.put(place, Outcome.NOT_REPLAYABLE);
            } else {
                outcomes.put(place, Outcome.WOULD_REPLAY);
                toSend.add(letter);
                records.add(letter.replay().get());
            }
        });
        if (order.dryRun() || toSend.isEmpty()) {
            return new Result(null, scanned, outcomes, found, next);
        }
        UUID replayId = UUID.randomUUID();
        keep(operator, order, replayId, toSend);
        send(replayId, toSend, records, outcomes);
        return new Result(replayId, scanned, outcomes, found, next);
    }

    private void keep(SignedIn operator, Order order, UUID replayId, List<DeadLetter> letters) {
        String actor = operator.caller().actor();
        Map<String, Integer> ofOrganizations = new TreeMap<>();
        for (DeadLetter letter : letters) {
            String organization = LetterFilter.organizationOf(letter);
            if (organization != null) {
                ofOrganizations.merge(organization, 1, Integer::sum);
            }
        }
        changes.run(log -> {
            replays.request(replayId, actor, operator.origin(), order.why(), now(), letters);
            // In one order, as whoever locks several organizations does.
            new TreeMap<>(replays.organizationKeys(ofOrganizations.keySet()))
                    .forEach((organization, key) -> log.add(new AuditRecord(
                            key,
                            actor,
                            operator.origin(),
                            "dead_letters_replayed",
                            replayId.toString(),
                            order.why(),
                            Map.of(),
                            Map.of("letters", ofOrganizations.getOrDefault(organization, 0)))));
            return replayId;
        });
    }

    private void send(
            UUID replayId,
            List<DeadLetter> letters,
            List<ProducerRecord<byte[], byte[]>> records,
            Map<LetterPlace, Outcome> outcomes) {
        List<Boolean> acknowledged = broker.publisher().publishEach(records);
        List<DeadLetter> published = new ArrayList<>();
        for (int i = 0; i < letters.size(); i++) {
            boolean isThere = acknowledged.get(i);
            outcomes.put(LetterPlace.of(letters.get(i)), isThere ? Outcome.REPLAYED : Outcome.NOT_ACKNOWLEDGED);
            if (isThere) {
                published.add(letters.get(i));
            }
        }
        if (!published.isEmpty()) {
            replays.published(replayId, now(), published);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
