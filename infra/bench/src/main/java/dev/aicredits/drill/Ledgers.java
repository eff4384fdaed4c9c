package dev.aicredits.drill;

import dev.aicredits.bench.Workload;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import dev.aicredits.schema.LedgerDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The ledger as whoever runs a drill sees it: its roles' connections, organizations to begin with, the audit. */
final class Ledgers {

    private final Clock clock;
    private final String jdbcUrl;
    private final String rolePassword;

    Ledgers(Clock clock, String jdbcUrl, String rolePassword) {
        this.clock = clock;
        this.jdbcUrl = jdbcUrl;
        this.rolePassword = rolePassword;
    }

    DataSource owner() {
        return as(LedgerDatabase.OWNER_ROLE);
    }

    DataSource app() {
        return as(LedgerDatabase.APP_ROLE);
    }

    private DataSource as(String role) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(jdbcUrl);
        dataSource.setUser(role);
        dataSource.setPassword(rolePassword);
        return dataSource;
    }

    /** Opens the workload's organizations, each with credits that an adjustment brought, before anybody looks. */
    void open(Workload workload, Usd credits) {
        try (Connection connection = app().getConnection()) {
            SingleConnectionDataSource one = new SingleConnectionDataSource(connection, true);
            JdbcOrganizations organizations = new JdbcOrganizations(one, clock);
            JdbcLedger ledger = new JdbcLedger(one, clock);
            for (int i = 0; i < workload.organizations(); i++) {
                String id = Workload.organizationId(i);
                organizations.open(id, "Drill " + i);
                BookingOutcome outcome = ledger.book(
                        NewEntry.adjustment(id, credits, UUID.randomUUID(), clock.instant(), "a drill begins"));
                if (!(outcome instanceof Booked)) {
                    throw new IllegalStateException(id + " got no credits");
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not answer", e);
        }
    }

    /** How many differences the audit finds. */
    int auditFindings() {
        return new JdbcAudit(app()).run().size();
    }

    long number(String sql) {
        return JdbcClient.create(owner()).sql(sql).query(Long.class).single();
    }

    /** How many entries are committed. */
    long entries() {
        return number("SELECT coalesce(sum(entry_seq), 0)::bigint FROM organization_balance");
    }

    /** How many of them are usage. */
    long usageEntries() {
        return number("SELECT count(*) FROM ledger_entry WHERE entry_kind = 1");
    }
}
