package dev.aicredits.ledger;

import dev.aicredits.ledger.BatchDirectory.Organization;
import dev.aicredits.ledger.BookingOutcome.UnknownOrganization;
import dev.aicredits.ledger.BookingOutcome.WrongOrganization;
import dev.aicredits.ledger.JdbcUsageBooking.HoldCapture;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.UsageEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;

/** The ledger in PostgreSQL. Threads may share it. */
public final class JdbcLedger implements Ledger {

    private final DataSource dataSource;
    private final SQLExceptionTranslator translator;
    private final JdbcUsageResolver resolver = new JdbcUsageResolver(new JdbcDirectory());
    private final JdbcUsageBooking usageBooking;
    private final JdbcEntryBooking entryBooking;

    /** Works on {@code dataSource} as the application's role; {@code clock} stamps {@code booked_at}. */
    public JdbcLedger(DataSource dataSource, Clock clock) {
        this.dataSource = dataSource;
        this.translator = new SQLErrorCodeSQLExceptionTranslator("PostgreSQL");
        this.usageBooking = new JdbcUsageBooking(clock);
        this.entryBooking = new JdbcEntryBooking(dataSource, clock);
    }

    @Override
    public BookingOutcome book(NewEntry entry) {
        return entryBooking.book(entry);
    }

    @Override
    public UsageBatch batch() {
        return new JdbcUsageBatch(this, JdbcHeld::capture);
    }

    /**
     * Books one usage that names a hold and ends the hold with it, in one transaction: its cost is captured, the rest given
     * back.
     *
     * @param endedBy stands for the call that ends the hold; null if nothing does
     * @throws HoldUnusableException if the hold is not open for this agent and external user, or holds less than the
     *     cost; nothing changes
     */
    public UsageBooking settle(UsageEvent usage, Priced price, @Nullable UUID endedBy) {
        JdbcUsageBatch batch = new JdbcUsageBatch(this, (connection, lines, bookedAt) -> {
            for (UsageLine line : lines) {
                JdbcHeld.settle(connection, line, bookedAt, endedBy);
            }
        });
        batch.add(usage, price);
        return batch.book();
    }

    /** Books the lines of {@code named}, which have {@code count} indexes. */
    UsageBooking book(BatchDirectory named, int count, HoldCapture holds) {
        try (Connection connection = dataSource.getConnection()) {
            // What is registered on the way commits at once: it is true whatever becomes of the batch, and remembered.
            connection.setAutoCommit(true);
            resolver.resolve(connection, named);
            @Nullable BookingOutcome[] outcomes = new @Nullable BookingOutcome[count];
            BatchLines lines = BatchLines.of(bookable(named, outcomes));
            resolver.findProducts(connection, lines.firsts());
            resolver.findProducts(connection, lines.repeats().keySet());
            JdbcUsageBooking.Written written = usageBooking.book(connection, lines.firsts(), outcomes, holds);
            Map<UsageLine, BookingOutcome> judged = JdbcUsageReader.existing(connection, lines.undecided(outcomes));
            lines.repeats().forEach((repeat, first) -> {
                BookingOutcome ofFirst = Objects.requireNonNull(outcomes[first.index]);
                outcomes[repeat.index] = judged.getOrDefault(repeat, BatchLines.outcome(repeat, first, ofFirst));
            });
            return new UsageBooking(decided(outcomes), LedgerChanges.of(lines.firsts(), written));
        } catch (SQLException e) {
            throw translated("book usage", e);
        }
    }

    /** Those that have an organization and an agent of it, by organization, ascending; the others' outcomes are set. */
    private static List<List<UsageLine>> bookable(BatchDirectory named, @Nullable BookingOutcome[] outcomes) {
        Map<Long, List<UsageLine>> byOrganization = new TreeMap<>();
        for (Organization organization : named.organizations()) {
            if (organization.key == BatchDirectory.UNKNOWN) {
                organization.lines.forEach(line -> outcomes[line.index] = new UnknownOrganization());
            } else {
                List<UsageLine> ours = new ArrayList<>(organization.lines.size());
                for (UsageLine line : organization.lines) {
                    if (line.agentId() == BatchDirectory.UNKNOWN) {
                        outcomes[line.index] = new WrongOrganization();
                    } else {
                        ours.add(line);
                    }
                }
                byOrganization.put(organization.key, ours);
            }
        }
        return List.copyOf(byOrganization.values());
    }

    private static List<BookingOutcome> decided(@Nullable BookingOutcome[] outcomes) {
        List<BookingOutcome> decided = new ArrayList<>(outcomes.length);
        for (BookingOutcome outcome : outcomes) {
            decided.add(Objects.requireNonNull(outcome));
        }
        return decided;
    }

    private RuntimeException translated(String task, SQLException e) {
        RuntimeException translated = translator.translate(task, null, e);
        return translated != null ? translated : new UncategorizedSQLException(task, null, e);
    }
}
