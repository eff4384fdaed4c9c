package dev.aicredits.local;

import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.usage.DedupeKeys;
import java.time.Clock;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Puts the demo organizations into the database. Safe to repeat: each is topped up once, for ever. */
final class DemoData {
    private static final String SOURCE = "/aicredits/infra-local";

    private final JdbcOrganizations organizations;
    private final Ledger ledger;
    private final Clock clock;

    private DemoData(JdbcOrganizations organizations, Ledger ledger, Clock clock) {
        this.organizations = organizations;
        this.ledger = ledger;
        this.clock = clock;
    }

    static void create(LocalDatabase database, Clock clock) {
        SingleConnectionDataSource connection = database.applicationConnection();
        try {
            DemoData data =
                    new DemoData(new JdbcOrganizations(connection, clock), new JdbcLedger(connection, clock), clock);
            DemoOrganization.ALL.forEach(data::create);
        } finally {
            connection.destroy();
        }
    }

    private void create(DemoOrganization organization) {
        String id = organization.id();
        organizations.open(id, organization.name());
        organization
                .agents()
                .forEach(agent -> require(organizations.registerAgent(id, agent.id(), agent.name(), null), agent.id()));
        organization
                .externalUsers()
                .forEach(user -> require(organizations.registerExternalUser(id, user.id(), user.name()), user.id()));
        organization.members().forEach(member -> require(organizations.addMember(id, member), member.principalId()));
        String session = "demo_top_up_" + id;
        BookingOutcome outcome = ledger.book(
                NewEntry.topUp(id, organization.topUp(), DedupeKeys.of(SOURCE, session), clock.instant(), session));
        require(outcome instanceof Booked || outcome instanceof Duplicate, session);
    }

    private static void require(boolean done, String what) {
        if (!done) {
            throw new IllegalStateException("the demo data is in the way of something else: " + what);
        }
    }
}
