package dev.aicredits.credits;

import dev.aicredits.credits.LedgerFilter.Side;
import dev.aicredits.ledger.EntryKind;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that choose entries, as a client sends them.
 *
 * @param category {@code purchases} or {@code usage}
 * @param kind an entry's kind, such as {@code top_up}
 * @param agentId entries of this agent
 * @param externalUserId entries of this external user
 * @param from entries booked then or later; a date is its first moment in UTC
 * @param to entries booked before
 */
record LedgerQuery(
        @Nullable String category,
        @Nullable String kind,
        @Nullable String agentId,
        @Nullable String externalUserId,
        @Nullable String from,
        @Nullable String to) {

    /** Keys start at 1, so it finds nothing: an agent or user that is not there has no entries. */
    private static final Long NOBODY = -1L;

    /** Later times do not fit into the database. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    LedgerFilter filter(long organizationKey, JdbcEntries entries) {
        String agent = TextRules.parameter("agentId", agentId);
        String user = TextRules.parameter("externalUserId", externalUserId, TextRules.EXTERNAL_USER_ID_LENGTH_MAX);
        Instant first = time("from", from);
        Instant end = time("to", to);
        if (first != null && end != null && !first.isBefore(end)) {
            throw ProblemException.invalidParameter("to");
        }
        return new LedgerFilter(
                side(),
                kindCode(),
                agent == null ? null : orNobody(entries.agentKey(organizationKey, agent)),
                user == null ? null : orNobody(entries.externalUserKey(organizationKey, user)),
                first,
                end);
    }

    private static Long orNobody(@Nullable Long key) {
        return key == null ? NOBODY : key;
    }

    private @Nullable Side side() {
        if (category == null) {
            return null;
        }
        return switch (category) {
            case "purchases" -> Side.PURCHASES;
            case "usage" -> Side.USAGE;
            default -> throw ProblemException.invalidParameter("category");
        };
    }

    private @Nullable Short kindCode() {
        if (kind == null) {
            return null;
        }
        return Arrays.stream(EntryKind.values())
                .filter(candidate -> candidate.wireName().equals(kind))
                .findFirst()
                .orElseThrow(() -> ProblemException.invalidParameter("kind"))
                .code();
    }

    private static @Nullable Instant time(String name, @Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            Instant time = value.indexOf('T') < 0
                    ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(value).toInstant();
            if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
                throw ProblemException.invalidParameter(name);
            }
            return time;
        } catch (DateTimeException e) {
            throw ProblemException.invalidParameter(name);
        }
    }
}
