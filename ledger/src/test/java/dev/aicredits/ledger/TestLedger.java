package dev.aicredits.ledger;

import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rating;
import dev.aicredits.schema.LedgerTestDatabase;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A ledger on a database of its own, with {@link TestRates}, and what tests ask of it. */
final class TestLedger implements AutoCloseable {

    private static final class Shared {
        static final TestLedger LEDGER = new TestLedger();
    }

    static final Instant BOOKED_AT = Instant.parse("2026-03-15T12:00:01.5Z");

    private static final Clock CLOCK = Clock.fixed(BOOKED_AT, ZoneOffset.UTC);

    final LedgerTestDatabase database = LedgerTestDatabase.create();
    final Rating rating = TestRates.publish(database.owner());
    final JdbcLedger ledger = anotherLedger();
    final JdbcClient app = JdbcClient.create(database.app());
    final JdbcClient superuser = JdbcClient.create(database.superuser());

    /** One ledger for all tests of this JVM that leave it in order; each opens organizations of its own. */
    static TestLedger shared() {
        return Shared.LEDGER;
    }

    /** A ledger as another process would have it: with caches of its own. */
    JdbcLedger anotherLedger() {
        return new JdbcLedger(database.app(), CLOCK);
    }

    /** Opens an organization that no other test has and answers its id. */
    String organization() {
        return organization("org_" + UUID.randomUUID());
    }

    String organization(String id) {
        new JdbcOrganizations(database.app(), CLOCK).open(id, "Name of " + id);
        return id;
    }

    UsageBooking book(UsageSample... samples) {
        return book(Arrays.asList(samples));
    }

    UsageBooking book(List<UsageSample> samples) {
        return ledger.book(rated(samples));
    }

    List<RatedUsage> rated(List<UsageSample> samples) {
        return samples.stream().map(sample -> sample.ratedBy(rating)).toList();
    }

    BookingOutcome topUp(String organization, String usd) {
        return ledger.book(NewEntry.topUp(
                organization, Usd.of(usd), UUID.randomUUID(), UsageSample.NOW, "cs_" + UUID.randomUUID()));
    }

    BookingOutcome adjust(String organization, String usd) {
        return ledger.book(
                NewEntry.adjustment(organization, Usd.of(usd), UUID.randomUUID(), UsageSample.NOW, "a reason"));
    }

    List<AuditFinding> audit() {
        return new JdbcAudit(database.app()).run();
    }

    long balance(String organization) {
        return number("SELECT balance_nanos FROM organization_statement WHERE organization_id = ?", organization);
    }

    long entries(String organization) {
        return number("SELECT count(*) FROM ledger_statement WHERE organization_id = ?", organization);
    }

    long number(String sql, Object... params) {
        return app.sql(sql).params(params).query(Long.class).single();
    }

    /** The column of the organization's statement, as text, in the order of its entries. */
    List<String> statement(String organization, String column) {
        return app.sql("SELECT (" + column
                        + ")::text FROM ledger_statement WHERE organization_id = ? ORDER BY entry_seq")
                .param(organization)
                .query(String.class)
                .list();
    }

    /** The organization's rows of a spend view: {@code whose}, the month, its total and count. */
    List<String> spends(String organization, String view, String whose) {
        return app.sql("SELECT concat_ws(' ', " + whose + ", window_start, spent_nanos, entry_count) FROM " + view
                        + " WHERE organization_id = ? ORDER BY 1")
                .param(organization)
                .query(String.class)
                .list();
    }

    @Override
    public void close() {
        database.close();
    }
}
