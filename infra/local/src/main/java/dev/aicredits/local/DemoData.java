package dev.aicredits.local;

import dev.aicredits.access.JdbcKeyring;
import dev.aicredits.access.KeyHashes;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import dev.aicredits.usage.DedupeKeys;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Puts the demo organizations into the database. Safe to repeat: each gets its credits once, for ever. They are an
 * adjustment, for nobody paid for them: a top-up without a payment behind it is a difference to the reconciliation.
 */
final class DemoData {
    private static final String SOURCE = "/aicredits/infra-local";
    private static final String OPERATOR = "usr_otto";
    private static final String PLAN = "mcp_hosting_team";

    private final JdbcOrganizations organizations;
    private final Ledger ledger;
    private final Clock clock;

    private DemoData(JdbcOrganizations organizations, Ledger ledger, Clock clock) {
        this.organizations = organizations;
        this.ledger = ledger;
        this.clock = clock;
    }

    static void create(LocalDatabase database, DemoKeys keys, Clock clock) {
        SingleConnectionDataSource connection = database.applicationConnection();
        try {
            DemoData data =
                    new DemoData(new JdbcOrganizations(connection, clock), new JdbcLedger(connection, clock), clock);
            DemoOrganization.ALL.forEach(data::create);
            handOut(keys, new JdbcKeyring(database.owner(), new KeyHashes(List.of(keys.pepper()))));
        } finally {
            connection.destroy();
        }
    }

    /** Puts an organization there whose balance is its top-up, however often this is done and whatever it spent. */
    static void reset(LocalDatabase database, Clock clock, DemoOrganization organization) {
        SingleConnectionDataSource connection = database.applicationConnection();
        try {
            DemoData data =
                    new DemoData(new JdbcOrganizations(connection, clock), new JdbcLedger(connection, clock), clock);
            // All at once: the services are up, and without credits it would be stopped.
            new TransactionTemplate(new JdbcTransactionManager(connection)).executeWithoutResult(status -> {
                data.register(organization);
                Usd missing = organization.credits().minus(new JdbcBalance(connection, organization.id()).read());
                if (!missing.equals(Usd.ZERO)) {
                    BookingOutcome outcome = data.ledger.book(NewEntry.adjustment(
                            organization.id(), missing, UUID.randomUUID(), clock.instant(), "a scenario begins"));
                    require(outcome instanceof Booked, organization.id());
                }
            });
        } finally {
            connection.destroy();
        }
    }

    private static void handOut(DemoKeys keys, JdbcKeyring keyring) {
        String person = DemoOrganization.PERSON.principalId();
        keyring.addOperator(person, DemoOrganization.PERSON.displayName());
        keyring.addOperatorKey(person, keys.person());
        keyring.addOperator(OPERATOR, "Otto Operator");
        keyring.addOperatorKey(OPERATOR, keys.operator());
        keys.roles()
                .forEach((role, key) -> keyring.addKey(DemoOrganization.ACME.id(), "demo " + role.key(), role, key));
        keyring.addKey(DemoOrganization.GLOBEX.id(), "demo owner", Role.OWNER, keys.other());
    }

    private void create(DemoOrganization organization) {
        register(organization);
        String id = organization.id();
        organizations.startOn(id, PLAN);
        String credits = "demo_top_up_" + id;
        BookingOutcome outcome = ledger.book(NewEntry.adjustment(
                id, organization.credits(), DedupeKeys.of(SOURCE, credits), clock.instant(), "Demo credits"));
        require(isCredited(outcome), credits);
    }

    /** Whether the organization has its credits. A conflict is a data folder whose credits were booked as a top-up. */
    static boolean isCredited(BookingOutcome outcome) {
        return outcome instanceof Booked || outcome instanceof Duplicate || outcome instanceof Conflict;
    }

    private void register(DemoOrganization organization) {
        String id = organization.id();
        organizations.open(id, organization.name());
        organization
                .agents()
                .forEach(agent -> require(organizations.registerAgent(id, agent.id(), agent.name(), null), agent.id()));
        organization
                .externalUsers()
                .forEach(user -> require(organizations.registerExternalUser(id, user.id(), user.name()), user.id()));
        organization.members().forEach(member -> require(organizations.addMember(id, member), member.principalId()));
    }

    private static void require(boolean done, String what) {
        if (!done) {
            throw new IllegalStateException("the demo data is in the way of something else: " + what);
        }
    }
}
