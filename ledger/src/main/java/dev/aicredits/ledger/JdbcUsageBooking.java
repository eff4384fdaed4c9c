package dev.aicredits.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.ledger.BookingPlan.AgentSpendKey;
import dev.aicredits.ledger.BookingPlan.Step;
import dev.aicredits.ledger.BookingPlan.UserSpendKey;
import dev.aicredits.ledger.JdbcUsageWriter.AgentSpend;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Books the lines of a batch optimistically: plan on remembered positions, write by compare-and-set and COPY, and only
 * if that clashes (another worker moved an organization, a key is already there) look, plan and write again.
 *
 * <p>Threads may share it. What it remembers is a guess that the database checks: at worst it costs a second attempt.
 */
final class JdbcUsageBooking {

    private static final int ATTEMPTS_MAX = 20;
    private static final long POSITIONS_MAX = 100_000;

    /** What was written: final outcomes of these lines, and where things stand now. */
    record Written(
            Map<UsageLine, BookingOutcome> outcomes,
            Map<Long, Position> positions,
            Map<AgentSpendKey, AgentSpend> agentSpends,
            Map<UserSpendKey, Long> userSpends) {}

    private final Clock clock;
    private final Cache<Long, Position> remembered =
            Caffeine.newBuilder().maximumSize(POSITIONS_MAX).build();
    // Duplicates come in runs (a replay, a producer's retries): after a batch with some, ask before writing.
    private volatile boolean askFirst;

    JdbcUsageBooking(Clock clock) {
        this.clock = clock;
    }

    /** Books {@code lines}, which stand together by organization in ascending order and share no key. */
    Written book(Connection connection, List<UsageLine> lines) throws SQLException {
        Map<UsageLine, BookingOutcome> outcomes = new HashMap<>();
        List<UsageLine> pending = lines;
        if (askFirst) {
            pending = dropExisting(connection, pending, outcomes);
        }
        for (int attempt = 1; ; attempt++) {
            BookingPlan plan = BookingPlan.of(pending, positions(connection, pending));
            try {
                Written written = write(connection, plan, outcomes);
                if (written != null) {
                    askFirst = outcomes.values().stream()
                            .anyMatch(outcome -> outcome instanceof Duplicate || outcome instanceof Conflict);
                    return written;
                }
            } catch (SQLException e) {
                forget(plan);
                if (attempt == ATTEMPTS_MAX || !SqlStates.isWorthAnotherAttempt(e)) {
                    throw e;
                }
                if (SqlStates.isUniqueViolation(e)) {
                    pending = dropExisting(connection, pending, outcomes);
                }
            }
            if (attempt == ATTEMPTS_MAX) {
                throw new SQLException("the balances kept moving", SqlStates.SERIALIZATION_FAILURE);
            }
        }
    }

    /** What is written, committed; null if a position was stale and nothing is. */
    private @Nullable Written write(Connection connection, BookingPlan plan, Map<UsageLine, BookingOutcome> outcomes)
            throws SQLException {
        Instant bookedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        JdbcUsageWriter writer = new JdbcUsageWriter(connection);
        Map<AgentSpendKey, AgentSpend> agentSpends = Map.of();
        Map<UserSpendKey, Long> userSpends = Map.of();
        if (!plan.lines.isEmpty()) {
            connection.setAutoCommit(false);
            try {
                if (!writer.moveBalances(plan.steps, bookedAt)) {
                    connection.rollback();
                    forget(plan);
                    return null;
                }
                writer.copyEntries(plan.lines, bookedAt);
                agentSpends = writer.raiseAgentSpends(plan.agentSpends);
                userSpends = writer.raiseUserSpends(plan.userSpends);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                rollback(connection, e);
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
        plan.lines.forEach(line -> outcomes.put(line, new Booked(line.entrySeq, line.balanceAfterNanos)));
        plan.outOfRange.forEach(line -> outcomes.put(line, new OutOfRange()));
        Map<Long, Position> positions = new HashMap<>();
        plan.steps.forEach((organizationId, step) -> {
            remembered.put(organizationId, step.to());
            positions.put(organizationId, step.to());
        });
        addUnmoved(connection, outcomes, positions);
        return new Written(outcomes, positions, agentSpends, userSpends);
    }

    private static void rollback(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Adds the positions of organizations of which the batch only repeated entries. An earlier try may have been killed
     * between its commit and its publication; this time the change is published.
     */
    private static void addUnmoved(
            Connection connection, Map<UsageLine, BookingOutcome> outcomes, Map<Long, Position> positions)
            throws SQLException {
        Set<Long> unmoved = new HashSet<>();
        outcomes.keySet().forEach(line -> unmoved.add(line.organizationId));
        unmoved.removeAll(positions.keySet());
        if (!unmoved.isEmpty()) {
            positions.putAll(JdbcUsageReader.positions(connection, unmoved));
        }
    }

    private static List<UsageLine> dropExisting(
            Connection connection, List<UsageLine> pending, Map<UsageLine, BookingOutcome> outcomes)
            throws SQLException {
        Map<UsageLine, BookingOutcome> existing = JdbcUsageReader.existing(connection, pending);
        if (existing.isEmpty()) {
            return pending;
        }
        outcomes.putAll(existing);
        List<UsageLine> rest = new ArrayList<>(pending);
        rest.removeIf(existing::containsKey);
        return rest;
    }

    private Map<Long, Position> positions(Connection connection, List<UsageLine> lines) throws SQLException {
        Map<Long, Position> positions = new HashMap<>();
        Set<Long> missing = new HashSet<>();
        for (UsageLine line : lines) {
            Position position = remembered.getIfPresent(line.organizationId);
            if (position == null) {
                missing.add(line.organizationId);
            } else {
                positions.put(line.organizationId, position);
            }
        }
        if (!missing.isEmpty()) {
            positions.putAll(JdbcUsageReader.positions(connection, missing));
        }
        return positions;
    }

    private void forget(BookingPlan plan) {
        for (Map.Entry<Long, Step> step : plan.steps.entrySet()) {
            remembered.invalidate(step.getKey());
        }
    }
}
