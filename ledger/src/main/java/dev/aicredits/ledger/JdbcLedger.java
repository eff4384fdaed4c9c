package dev.aicredits.ledger;

import dev.aicredits.ledger.BookingOutcome.UnknownOrganization;
import dev.aicredits.ledger.BookingOutcome.WrongOrganization;
import dev.aicredits.ledger.JdbcDirectory.LocalId;
import dev.aicredits.usage.UsageEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;

/** The ledger in PostgreSQL. Threads may share it. */
public final class JdbcLedger implements Ledger {

    private final DataSource dataSource;
    private final SQLExceptionTranslator translator;
    private final JdbcDirectory directory = new JdbcDirectory();
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
    public UsageBooking book(List<RatedUsage> batch) {
        try (Connection connection = dataSource.getConnection()) {
            // What is registered on the way commits at once: it is true whatever becomes of the batch, and remembered.
            connection.setAutoCommit(true);
            BookingOutcome[] outcomes = new BookingOutcome[batch.size()];
            UsageBatch lines = UsageBatch.of(resolve(connection, batch, outcomes));
            JdbcUsageBooking.Written written = usageBooking.book(connection, lines.firsts());
            written.outcomes().forEach((line, outcome) -> outcomes[line.index] = outcome);
            Map<UsageLine, BookingOutcome> judged =
                    JdbcUsageReader.existing(connection, lines.undecided(written.outcomes()));
            lines.repeats().forEach((repeat, first) -> {
                BookingOutcome ofFirst = Objects.requireNonNull(outcomes[first.index]);
                outcomes[repeat.index] = judged.getOrDefault(repeat, UsageBatch.outcome(repeat, first, ofFirst));
            });
            return new UsageBooking(List.of(outcomes), LedgerChanges.of(lines.firsts(), written));
        } catch (SQLException e) {
            throw translated("book usage", e);
        }
    }

    private RuntimeException translated(String task, SQLException e) {
        RuntimeException translated = translator.translate(task, null, e);
        return translated != null ? translated : new UncategorizedSQLException(task, null, e);
    }

    /** The lines of the events that have an organization and an agent of it; the others' outcomes are set. */
    private List<UsageLine> resolve(Connection connection, List<RatedUsage> batch, @Nullable BookingOutcome[] outcomes)
            throws SQLException {
        Set<String> organizationIds = new HashSet<>();
        batch.forEach(usage -> organizationIds.add(usage.event().organizationId()));
        Map<String, Long> organizations = directory.organizations(connection, organizationIds);

        @Nullable LocalId[] agentIds = new LocalId[batch.size()];
        Set<LocalId> distinctAgents = new LinkedHashSet<>();
        for (int i = 0; i < agentIds.length; i++) {
            UsageEvent event = batch.get(i).event();
            Long organizationId = organizations.get(event.organizationId());
            if (organizationId == null) {
                outcomes[i] = new UnknownOrganization();
            } else {
                agentIds[i] = new LocalId(organizationId, event.agentId());
                distinctAgents.add(agentIds[i]);
            }
        }
        Map<LocalId, Long> agents = directory.agents(connection, distinctAgents);

        @Nullable LocalId[] userIds = new LocalId[agentIds.length];
        Set<LocalId> distinctUsers = new HashSet<>();
        for (int i = 0; i < userIds.length; i++) {
            LocalId agentId = agentIds[i];
            String externalUserId = batch.get(i).event().externalUserId();
            if (agentId != null && externalUserId != null && agents.containsKey(agentId)) {
                userIds[i] = new LocalId(agentId.organizationId(), externalUserId);
                distinctUsers.add(userIds[i]);
            }
        }
        Map<LocalId, Long> users = directory.externalUsers(connection, distinctUsers);

        BudgetWindow window = new BudgetWindow();
        List<UsageLine> lines = new ArrayList<>(agentIds.length);
        for (int i = 0; i < agentIds.length; i++) {
            LocalId agentId = agentIds[i];
            if (agentId == null) {
                continue;
            }
            Long agent = agents.get(agentId);
            if (agent == null) {
                outcomes[i] = new WrongOrganization();
                continue;
            }
            RatedUsage usage = batch.get(i);
            LocalId userId = userIds[i];
            lines.add(new UsageLine(
                    i,
                    usage,
                    agentId.organizationId(),
                    agent,
                    userId == null ? UsageLine.ANONYMOUS : Objects.requireNonNull(users.get(userId)),
                    directory.product(connection, usage.event().consumption()),
                    window.startDay(usage.event().occurredAt())));
        }
        return lines;
    }
}
