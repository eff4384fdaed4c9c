package dev.aicredits.operations;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.SignedIn;
import dev.aicredits.messaging.DeadLetter;
import dev.aicredits.operations.LetterFilter.DeadLetterQuery;
import dev.aicredits.operations.Replays.Order;
import dev.aicredits.operations.Replays.Outcome;
import dev.aicredits.problem.PageRules;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Dead letters, for operators: which there are, what is in one, and sending them back. */
@RestController
@RequestMapping("/api/v1/operations/dead-letters")
class DeadLetterController {

    private static final int IDS_MAX = 100;
    private static final String BEGUN = "@";

    /** A page, in order of topic, partition and offset. It may be short though there is more. */
    record DeadLetterPage(
            List<DeadLetterAnswer> data,
            int pageSize,
            @Nullable String nextCursor) {}

    /**
     * Which letters to send back, either by their ids or by a filter, and why.
     *
     * @param ids up to 100
     * @param filter letters that match; an empty object is all of them
     * @param cursor with a filter: where to begin, an answer's {@code nextCursor}
     * @param dryRun only tells what would be done
     * @param again sends those that were replayed before, too
     */
    record ReplayRequest(
            @Nullable @Size(min = 1, max = IDS_MAX) List<@NotBlank String> ids,
            @Nullable DeadLetterQuery filter,
            @Nullable String cursor,
            @Nullable Boolean dryRun,
            @Nullable Boolean again,

            @NotBlank @Size(max = TextRules.DESCRIPTION_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String reason) {}

    /**
     * What a replay did.
     *
     * @param scanned how many letters it looked at
     * @param counts how many letters had which outcome; of those that were sent and those that would be, always
     * @param nextCursor where the next call goes on; null if nothing is left
     */
    record ReplayAnswer(
            @Nullable String replayId,
            boolean dryRun,
            long scanned,
            Map<String, Integer> counts,
            List<ReplayedLetter> data,
            @Nullable String nextCursor) {}

    /** A letter and what became of it. */
    record ReplayedLetter(
            String id,
            String outcome,
            @Nullable String reason,
            @Nullable String organizationId) {}

    private final DeadLetters deadLetters;
    private final JdbcReplays replayed;
    private final Replays replays;
    private final OperationsSettings settings;
    private final Clock clock;

    DeadLetterController(
            DeadLetters deadLetters, JdbcReplays replayed, Replays replays, OperationsSettings settings, Clock clock) {
        this.deadLetters = deadLetters;
        this.replayed = replayed;
        this.replays = replays;
        this.settings = settings;
        this.clock = clock;
    }

    @Requires(Grant.OPERATE)
    @GetMapping
    DeadLetterPage list(
            SignedIn operator,
            @ModelAttribute DeadLetterQuery query,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int pageSize) {
        int size = PageRules.size(pageSize);
        LetterFilter filter = LetterFilter.of(query, deadLetters.topics(), ProblemException::invalidParameter);
        int[] taken = new int[1];
        DeadLetters.Scan scan = deadLetters.scan(filter, place(filter, cursor), letter -> ++taken[0] <= size);
        Map<LetterPlace, JdbcReplays.Replay> before = replayed.lastOf(scan.letters());
        return new DeadLetterPage(
                scan.letters().stream()
                        .map(letter -> DeadLetterAnswer.of(
                                letter,
                                before.get(LetterPlace.of(letter)),
                                settings.listedBytesMax().toBytes(),
                                settings.listedBytesMax().toBytes()))
                        .toList(),
                size,
                scan.next() == null ? null : scan.next().toString());
    }

    @Requires(Grant.OPERATE)
    @GetMapping("/{topic}/{partition}/{offset}")
    DeadLetterAnswer show(
            SignedIn operator,
            @PathVariable String topic,
            @PathVariable String partition,
            @PathVariable String offset) {
        LetterPlace place = LetterPlace.parse(topic + "/" + partition + "/" + offset)
                .orElseThrow(() -> new ProblemException(OperationsProblem.DEAD_LETTER_NOT_FOUND));
        DeadLetter letter = deadLetters.at(List.of(place)).get(place);
        if (letter == null) {
            throw new ProblemException(OperationsProblem.DEAD_LETTER_NOT_FOUND);
        }
        return DeadLetterAnswer.of(
                letter,
                replayed.lastOf(List.of(letter)).get(place),
                settings.shownBytesMax().toBytes(),
                settings.listedBytesMax().toBytes());
    }

    @Requires(Grant.OPERATE)
    @PostMapping("/replay")
    ReplayAnswer replay(SignedIn operator, @Valid @RequestBody ReplayRequest body) {
        if ((body.ids() == null) == (body.filter() == null)) {
            throw ProblemException.invalidField("filter");
        }
        Order order = new Order(
                isTrue(body.dryRun()), isTrue(body.again()), body.reason().strip());
        if (body.filter() == null) {
            if (body.cursor() != null) {
                throw ProblemException.invalidField("cursor");
            }
            List<String> ids = body.ids() == null ? List.of() : body.ids();
            return answer(order, replays.replay(operator, order, places(ids)), null);
        }
        LetterFilter filter = LetterFilter.of(
                body.filter(), deadLetters.topics(), name -> ProblemException.invalidField("filter." + name));
        return replayMatching(operator, order, filter, body.cursor());
    }

    /**
     * The calls of one replay look at what was written before the first of them, or they would meet for ever what they
     * send and the consumer refuses again: so the cursor says when that was, behind the place.
     */
    private ReplayAnswer replayMatching(SignedIn operator, Order order, LetterFilter filter, @Nullable String cursor) {
        String[] parts = cursor == null || cursor.isEmpty() ? new String[0] : cursor.split(BEGUN, 2);
        if (parts.length > 0 && (parts.length != 2 || !parts[1].matches("\\d{1,15}"))) {
            throw ProblemException.invalidField("cursor");
        }
        Instant begun = parts.length == 0 ? clock.instant() : Instant.ofEpochMilli(Long.parseLong(parts[1]));
        LetterPlace place = parts.length == 0 ? null : place(filter, parts[0]);
        Replays.Result result = replays.replay(operator, order, filter.before(begun), place);
        return answer(order, result, result.next() == null ? null : result.next() + BEGUN + begun.toEpochMilli());
    }

    private @Nullable LetterPlace place(LetterFilter filter, @Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return null;
        }
        return LetterPlace.parse(cursor)
                .filter(place -> deadLetters.topics().contains(place.topic()))
                .filter(place -> filter.topic() == null || filter.topic().equals(place.topic()))
                .orElseThrow(() -> ProblemException.invalidParameter("cursor"));
    }

    private static Set<LetterPlace> places(List<String> ids) {
        Set<LetterPlace> places = new LinkedHashSet<>();
        for (String id : ids) {
            places.add(LetterPlace.parse(id).orElseThrow(() -> ProblemException.invalidField("ids")));
        }
        return places;
    }

    private static ReplayAnswer answer(Order order, Replays.Result result, @Nullable String nextCursor) {
        Map<String, Integer> counts = new TreeMap<>();
        counts.put(Outcome.REPLAYED.key(), 0);
        counts.put(Outcome.WOULD_REPLAY.key(), 0);
        result.outcomes().values().forEach(outcome -> counts.merge(outcome.key(), 1, Integer::sum));
        List<ReplayedLetter> data = result.outcomes().entrySet().stream()
                .map(entry -> replayed(
                        entry.getKey(), entry.getValue(), result.letters().get(entry.getKey())))
                .toList();
        return new ReplayAnswer(
                result.replayId() == null ? null : result.replayId().toString(),
                order.dryRun(),
                result.scanned(),
                counts,
                data,
                nextCursor);
    }

    private static ReplayedLetter replayed(LetterPlace place, Outcome outcome, @Nullable DeadLetter letter) {
        return new ReplayedLetter(
                place.toString(),
                outcome.key(),
                letter == null ? null : letter.reason(),
                letter == null ? null : LetterFilter.organizationOf(letter));
    }

    private static boolean isTrue(@Nullable Boolean value) {
        return value != null && value;
    }
}
