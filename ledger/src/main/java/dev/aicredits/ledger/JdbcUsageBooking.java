package dev.aicredits.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Closed;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.ledger.JdbcUsageWriter.Spent;
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

    /**
     * What was written, and where things stand now.
     *
     * @param positions of every organization of the lines
     * @param agentSpends the totals of {@code plan.agentSpends()}, in its order
     * @param userSpends the totals of {@code plan.userSpends()}, in its order
     */
    record Written(BookingPlan plan, Map<Long, Position> positions, List<Spent> agentSpends, List<Spent> userSpends) {}

    private record Committed(BookingPlan plan, List<Spent> agentSpends, List<Spent> userSpends) {}

    /** What the booking of lines that name a hold does to their holds, in the booking's transaction. */
    interface HoldCapture {
        /** Throws what must roll the booking back. */
        void capture(Connection connection, List<UsageLine> lines, Instant bookedAt) throws SQLException;
    }

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

    /**
     * Books {@code lines}, which stand together by organization in ascending order and share no key, and sets the final
     * outcome of each.
     *
     * @param outcomes by the lines' index
     */
    Written book(Connection connection, List<UsageLine> lines, @Nullable BookingOutcome[] outcomes, HoldCapture holds)
            throws SQLException {
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
                        outcomes,
                        holds);
                if (written != null) {
                    askFirst = pending.size() < lines.size();
                    addUnmoved(connection, lines, written.positions());
                    return written;
                }
                forget(pending);
            } catch (ClosedMonthException e) {
                pending = dropClosed(connection, pending, e.lines(), outcomes);
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
            Connection connection,
            List<UsageLine> pending,
            Positions source,
            @Nullable BookingOutcome[] outcomes,
            HoldCapture holds)
            throws SQLException {
        Committed committed = commit(connection, pending, source, holds);
        if (committed == null) {
            return null;
        }
        BookingPlan plan = committed.plan();
        plan.lines.forEach(line -> outcomes[line.index] = new Booked(line.entrySeq, line.balanceAfterNanos));
        Map<Long, Position> positions = new HashMap<>();
        plan.steps.forEach((organizationId, step) -> {
            remembered.put(organizationId, step.to());
            positions.put(organizationId, step.to());
        });
        plan.outOfRange.forEach(line -> outcomes[line.index] = new OutOfRange());
        // What is out of range was not written, so no unique key has said yet whether it was booked before.
        JdbcUsageReader.existing(connection, plan.outOfRange)
                .forEach((line, outcome) -> outcomes[line.index] = outcome);
        return new Written(plan, positions, committed.agentSpends(), committed.userSpends());
    }

    private @Nullable Committed commit(
            Connection connection, List<UsageLine> pending, Positions source, HoldCapture holds) throws SQLException {
        Instant bookedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        JdbcUsageWriter writer = new JdbcUsageWriter(connection);
        connection.setAutoCommit(false);
        try {
            BookingPlan plan = BookingPlan.of(pending, source.of(connection, pending));
            Committed committed = null;
            if (plan.steps.isEmpty()) {
                committed = new Committed(plan, List.of(), List.of());
            } else if (writer.moveBalances(plan.steps, bookedAt)) {
                refuseClosed(connection, plan.lines, bookedAt);
                writer.copyEntries(plan.lines, bookedAt);
                committed = new Committed(
                        plan, writer.raiseAgentSpends(plan.agentSpends()), writer.raiseUserSpends(plan.userSpends()));
                if (!plan.withHold.isEmpty()) {
                    holds.capture(connection, plan.withHold, bookedAt);
                }
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
     * Whoever closes a month holds the balances' locks while doing so, as the caller does now: a closing is seen here, or waits
     * until these lines are in.
     */
    private static void refuseClosed(Connection connection, List<UsageLine> lines, Instant bookedAt)
            throws SQLException {
        long lookedUp = UsageLine.micros(bookedAt.minus(ClosedMonths.LOOKED_UP_AGE));
        List<UsageLine> old = null;
        for (UsageLine line : lines) {
            if (line.occurredAtMicros < lookedUp) {
                old = old == null ? new ArrayList<>() : old;
                old.add(line);
            }
        }
        if (old != null) {
            List<UsageLine> closed = JdbcUsageReader.closed(connection, old);
            if (!closed.isEmpty()) {
                throw new ClosedMonthException(closed);
            }
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
    private static void addUnmoved(Connection connection, List<UsageLine> lines, Map<Long, Position> positions)
            throws SQLException {
        Set<Long> unmoved = organizations(lines);
        unmoved.removeAll(positions.keySet());
        if (!unmoved.isEmpty()) {
            positions.putAll(JdbcUsageReader.positions(connection, unmoved));
        }
    }

    /** The lines that are not booked yet; the others' outcomes are set. */
    private static List<UsageLine> dropExisting(
            Connection connection, List<UsageLine> pending, @Nullable BookingOutcome[] outcomes) throws SQLException {
        Map<UsageLine, BookingOutcome> existing = JdbcUsageReader.existing(connection, pending);
        if (existing.isEmpty()) {
            return pending;
        }
        existing.forEach((line, outcome) -> outcomes[line.index] = outcome);
        List<UsageLine> rest = new ArrayList<>(pending);
        rest.removeIf(line -> outcomes[line.index] != null);
        return rest;
    }

    /** The lines whose month is open; the others' outcomes are set. What is still in the ledger is told from what left it. */
    private static List<UsageLine> dropClosed(
            Connection connection, List<UsageLine> pending, List<UsageLine> closed, @Nullable BookingOutcome[] outcomes)
            throws SQLException {
        closed.forEach(line -> outcomes[line.index] = new Closed());
        JdbcUsageReader.existing(connection, closed).forEach((line, outcome) -> outcomes[line.index] = outcome);
        List<UsageLine> rest = new ArrayList<>(pending);
        rest.removeIf(line -> outcomes[line.index] != null);
        return rest;
    }

    private Map<Long, Position> positions(Connection connection, List<UsageLine> lines) throws SQLException {
        Map<Long, Position> positions = new HashMap<>();
        Set<Long> missing = new HashSet<>();
        for (long organizationId : organizations(lines)) {
            Position position = remembered.getIfPresent(organizationId);
            if (position == null) {
                missing.add(organizationId);
            } else {
                positions.put(organizationId, position);
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

    /** The organizations of {@code lines}, which stand together by organization. */
    private static Set<Long> organizations(List<UsageLine> lines) {
        Set<Long> organizations = new HashSet<>();
        UsageLine last = null;
        for (UsageLine line : lines) {
            if (last == null || last.organizationId() != line.organizationId()) {
                organizations.add(line.organizationId());
            }
            last = line;
        }
        return organizations;
    }
}
