package dev.aicredits.local;

import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.usage.DedupeKeys;
import java.time.Clock;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Puts the demo organizations into the database. Safe to repeat: each gets its credits once, for ever. They are an
 * adjustment, for nobody paid for them: a top-up without a payment behind it is a difference to the reconciliation.
 */
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
        String credits = "demo_top_up_" + id;
        BookingOutcome outcome = ledger.book(NewEntry.adjustment(
                id, organization.credits(), DedupeKeys.of(SOURCE, credits), clock.instant(), "Demo credits"));
        require(isCredited(outcome), credits);
    }

    /** Whether the organization has its credits. A conflict is a data folder whose credits were booked as a top-up. */
    static boolean isCredited(BookingOutcome outcome) {
        return outcome instanceof Booked || outcome instanceof Duplicate || outcome instanceof Conflict;
    }

    private static void require(boolean done, String what) {
        if (!done) {
            throw new IllegalStateException("the demo data is in the way of something else: " + what);
        }
    }
}
