package dev.aicredits.operations;

import dev.aicredits.messaging.DeadLetter;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant, checked. What is null is not asked for.
 *
 * @param topic the dead-letter topic
 * @param from letters written then or later
 * @param to letters written before
 */
record LetterFilter(
        @Nullable String topic,
        @Nullable String reason,
        @Nullable String organizationId,
        @Nullable Instant from,
        @Nullable Instant to) {

    /** What clients send: as parameters of a list, or as an object in the body of a replay. */
    record DeadLetterQuery(
            @Nullable String topic,
            @Nullable String reason,
            @Nullable String organizationId,
            @Nullable String from,
            @Nullable String to) {}

    /** Topics whose key is not, and does not begin with, the organization's id. */
    private static final Set<String> KEYED_OTHERWISE = Set.of("stripe.events.v1");

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    /**
     * The filter that a query asks for.
     *
     * @param topics those that there are
     * @param invalid what a value that can't be is answered with, by the name it came under
     */
    static LetterFilter of(DeadLetterQuery query, Set<String> topics, Function<String, ProblemException> invalid) {
        if (query.topic() != null && !topics.contains(query.topic())) {
            throw invalid.apply("topic");
        }
        Instant from = time("from", query.from(), invalid);
        Instant to = time("to", query.to(), invalid);
        if (from != null && to != null && !from.isBefore(to)) {
            throw invalid.apply("to");
        }
        return new LetterFilter(
                query.topic(),
                text("reason", query.reason(), invalid),
                text("organizationId", query.organizationId(), invalid),
                from,
                to);
    }

    /** This filter, of what was written before that time. */
    LetterFilter before(Instant time) {
        Instant end = to == null || time.isBefore(to) ? time : to;
        return new LetterFilter(topic, reason, organizationId, from, end);
    }

    /** Whether a letter is meant. */
    boolean matches(DeadLetter letter) {
        long atMs = letter.record().timestamp();
        return (reason == null || reason.equals(letter.reason()))
                && (organizationId == null || organizationId.equals(organizationOf(letter)))
                && (from == null || atMs >= from.toEpochMilli())
                && (to == null || atMs < to.toEpochMilli());
    }

    /** The organization that a letter's key names, whether or not there is such a one; null if its topic is keyed otherwise. */
    static @Nullable String organizationOf(DeadLetter letter) {
        byte[] key = letter.record().key();
        if (key == null || KEYED_OTHERWISE.contains(letter.originTopic())) {
            return null;
        }
        String text = new String(key, StandardCharsets.UTF_8);
        // A target's key has its agent behind a slash.
        int slash = text.indexOf('/');
        String organization = slash < 0 ? text : text.substring(0, slash);
        boolean isId = !organization.isEmpty()
                && organization.length() <= TextRules.NAME_LENGTH_MAX
                && organization.matches(TextRules.LINE);
        return isId ? organization : null;
    }

    private static @Nullable String text(
            String name, @Nullable String value, Function<String, ProblemException> invalid) {
        boolean refused = value != null
                && (value.isEmpty() || value.length() > TextRules.NAME_LENGTH_MAX || !value.matches(TextRules.LINE));
        if (refused) {
            throw invalid.apply(name);
        }
        return value;
    }

    private static @Nullable Instant time(
            String name, @Nullable String value, Function<String, ProblemException> invalid) {
        if (value == null) {
            return null;
        }
        try {
            Instant time = value.indexOf('T') < 0
                    ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(value).toInstant();
            if (!time.isBefore(Instant.EPOCH) && !time.isAfter(LATEST)) {
                return time;
            }
        } catch (DateTimeException e) {
            // The answer is that of a time that is out of range.
        }
        throw invalid.apply(name);
    }
}
