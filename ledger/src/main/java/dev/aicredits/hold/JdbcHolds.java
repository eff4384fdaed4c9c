package dev.aicredits.hold;

import dev.aicredits.hold.HoldCommand.Reserve;
import dev.aicredits.ledger.JdbcDirectory;
import dev.aicredits.ledger.JdbcDirectory.LocalId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Holds in PostgreSQL: commands about one organization's holds in one transaction, under its lock. */
final class JdbcHolds {

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final JdbcDirectory directory = new JdbcDirectory();
    private final Clock clock;

    JdbcHolds(DataSource dataSource, Clock clock) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.clock = clock;
    }

    /** The keys of whom a hold would be for, a new external user's included; empty if there is no such agent. */
    Optional<HoldTarget> target(long organization, String agentId, @Nullable String externalUserId) {
        return onConnection(connection -> {
            LocalId agent = new LocalId(organization, agentId);
            Long agentKey = directory.knownAgents(connection, Set.of(agent)).get(agent);
            if (agentKey == null) {
                return Optional.empty();
            }
            if (externalUserId == null) {
                return Optional.of(new HoldTarget(agentKey, HoldTarget.ANONYMOUS, null));
            }
            LocalId user = new LocalId(organization, externalUserId);
            long userKey = Objects.requireNonNull(
                    directory.externalUsers(connection, Set.of(user)).get(user));
            return Optional.of(new HoldTarget(agentKey, userKey, externalUserId));
        });
    }

    /** Carries the commands out, one after the other, all or none; the answers have their order. */
    List<HoldAnswer> execute(long organization, List<HoldCommand> commands) {
        return inTransaction(connection -> {
            JdbcHoldRows rows = new JdbcHoldRows(connection, organization);
            rows.lock();
            // After the lock: whoever waited for it decides by the time when it is their turn.
            Instant now = now();
            rows.expire(now);
            HoldBook book = new HoldBook(now, read(connection, rows, organization, commands, now));
            List<HoldAnswer> answers = commands.stream().map(book::apply).toList();
            rows.create(book.created(), now);
            rows.end(book.ended(), now);
            rows.move(book.moves());
            return answers;
        });
    }

    private static HoldBook.Read read(
            Connection connection, JdbcHoldRows rows, long organization, List<HoldCommand> commands, Instant now)
            throws SQLException {
        Set<UUID> ids = new LinkedHashSet<>();
        Set<HoldTarget> targets = new LinkedHashSet<>();
        for (HoldCommand command : commands) {
            ids.add(command.holdId());
            if (command instanceof Reserve reserve) {
                targets.add(reserve.target());
            }
        }
        return new HoldBook.Read(rows.find(ids), JdbcHoldFacts.read(connection, organization, targets, now));
    }

    /** The organization's hold of that id, as it is now. */
    Optional<Hold> find(long organization, UUID id) {
        return onConnection(connection -> {
            HoldBook.Row row =
                    new JdbcHoldRows(connection, organization).find(List.of(id)).get(id);
            return row == null ? Optional.empty() : Optional.of(row.hold().at(now()));
        });
    }

    /** Marks the holds whose time is over, of all organizations. They hold nothing even before. */
    void expireDue() {
        Instant now = now();
        List<Long> organizations = onConnection(connection -> JdbcHoldRows.organizationsWithDue(connection, now));
        for (long organization : organizations) {
            execute(organization, List.of());
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private <T> T onConnection(ConnectionCallback<T> work) {
        return Objects.requireNonNull(jdbc.execute(work));
    }

    private <T> T inTransaction(ConnectionCallback<T> work) {
        return Objects.requireNonNull(transaction.execute(status -> onConnection(work)));
    }
}
