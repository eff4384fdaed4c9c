package dev.aicredits.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.ledger.BookingPlan.AgentSpendKey;
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

    /** Attempts that only hope nobody moves the balances; later ones lock them, so that a busy organization's turn comes. */
    private static final int OPTIMISTIC_ATTEMPTS_MAX = 4;

    private static final long POSITIONS_MAX = 100_000;

    /** What was written: final outcomes of these lines, the plan behind it, and where things stand now. */
    record Written(
            BookingPlan plan,
            Map<UsageLine, BookingOutcome> outcomes,
            Map<Long, Position> positions,
            Map<AgentSpendKey, AgentSpend> agentSpends,
            Map<UserSpendKey, Long> userSpends) {}

    private record Committed(
            BookingPlan plan, Map<AgentSpendKey, AgentSpend> agentSpends, Map<UserSpendKey, Long> userSpends) {}

    /** Where the organizations of some lines stand. */
    private interface Positions {
        Map<Long, Position> of(Connection connection, List<UsageLine> lines) throws SQLException;
    }

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
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            try {
                Written written = write(
                        connection,
                        pending,
                        attempt <= OPTIMISTIC_ATTEMPTS_MAX ? this::positions : JdbcUsageBooking::lockedPositions,
                        outcomes);
                if (written != null) {
                    askFirst = outcomes.values().stream()
                            .anyMatch(outcome -> outcome instanceof Duplicate || outcome instanceof Conflict);
                    return written;
                }
                forget(pending);
            } catch (SQLException e) {
                forget(pending);
                if (attempt == ATTEMPTS_MAX || !SqlStates.isWorthAnotherAttempt(e)) {
                    throw e;
                }
                if (SqlStates.isUniqueViolation(e)) {
                    pending = dropExisting(connection, pending, outcomes);
                }
            }
        }
        throw new SQLException("the balances kept moving", SqlStates.SERIALIZATION_FAILURE);
    }

    /** What is written, committed; null if a position was stale and nothing is. */
    private @Nullable Written write(
            Connection connection, List<UsageLine> pending, Positions source, Map<UsageLine, BookingOutcome> outcomes)
            throws SQLException {
        Committed committed = commit(connection, pending, source);
        if (committed == null) {
            return null;
        }
        BookingPlan plan = committed.plan();
        plan.lines.forEach(line -> outcomes.put(line, new Booked(line.entrySeq, line.balanceAfterNanos)));
        Map<Long, Position> positions = new HashMap<>();
        plan.steps.forEach((organizationId, step) -> {
            remembered.put(organizationId, step.to());
            positions.put(organizationId, step.to());
        });
        plan.outOfRange.forEach(line -> outcomes.put(line, new OutOfRange()));
        // What is out of range was not written, so no unique key has said yet whether it was booked before.
        outcomes.putAll(JdbcUsageReader.existing(connection, plan.outOfRange));
        addUnmoved(connection, outcomes, positions);
        return new Written(plan, outcomes, positions, committed.agentSpends(), committed.userSpends());
    }

    private @Nullable Committed commit(Connection connection, List<UsageLine> pending, Positions source)
            throws SQLException {
        Instant bookedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        JdbcUsageWriter writer = new JdbcUsageWriter(connection);
        connection.setAutoCommit(false);
        try {
            BookingPlan plan = BookingPlan.of(pending, source.of(connection, pending));
            Committed committed = null;
            if (plan.steps.isEmpty()) {
                committed = new Committed(plan, Map.of(), Map.of());
            } else if (writer.moveBalances(plan.steps, bookedAt)) {
                writer.copyEntries(plan.lines, bookedAt);
                committed = new Committed(
                        plan, writer.raiseAgentSpends(plan.agentSpends), writer.raiseUserSpends(plan.userSpends));
            }
            if (committed == null) {
                connection.rollback();
            } else {
                connection.commit();
            }
            connection.setAutoCommit(true);
            return committed;
        } catch (Throwable e) {
            abandon(connection, e);
            throw e;
        }
    }

    /**
     * Rolls back, whatever went wrong, before the connection commits by itself again: to turn that on commits what is
     * open. If even this fails the connection stays as it is, and its pool rolls back or closes it.
     */
    private static void abandon(Connection connection, Throwable cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException | RuntimeException e) {
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

    /** As they are now, and so until the transaction ends; locked in order, so that nobody waits in a circle. */
    private static Map<Long, Position> lockedPositions(Connection connection, List<UsageLine> lines)
            throws SQLException {
        return JdbcUsageReader.lockedPositions(connection, organizations(lines));
    }

    private void forget(List<UsageLine> lines) {
        remembered.invalidateAll(organizations(lines));
    }

    private static Set<Long> organizations(List<UsageLine> lines) {
        Set<Long> organizations = new HashSet<>();
        lines.forEach(line -> organizations.add(line.organizationId));
        return organizations;
    }
}
