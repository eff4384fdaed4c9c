package dev.aicredits.hold;

import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.EnforcementMode;
import dev.aicredits.budget.JdbcBudgets;
import dev.aicredits.ledger.AuditFinding;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.ledger.RatedUsage;
import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.schema.LedgerTestDatabase;
import dev.aicredits.testkit.SettableClock;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A ledger with holds on a database of its own, under a clock that tests move. */
final class HoldSystem implements AutoCloseable {

    /** One organization of a test, with an agent. */
    record Organization(long key, String id, String agent) {}

    final SettableClock clock = new SettableClock("2026-03-15T12:00:00Z");
    final LedgerTestDatabase database = LedgerTestDatabase.create();
    final JdbcClient app = JdbcClient.create(database.app());
    final JdbcLedger ledger = new JdbcLedger(database.app(), clock);
    final JdbcBudgets budgets = new JdbcBudgets(database.app(), clock);
    final Holds holds = another();

    /** Holds as another process would have them. */
    Holds another() {
        return new Holds(database.app(), new JdbcLedger(database.app(), clock), change -> {}, clock, 2);
    }

    /** Opens an organization that no other test has, with this balance. */
    Organization organization(String usd) {
        String id = "org_" + UUID.randomUUID();
        JdbcOrganizations organizations = new JdbcOrganizations(database.app(), clock);
        organizations.open(id, "Name");
        organizations.registerAgent(id, "ag_" + id, "Agent", null);
        if (!Usd.of(usd).equals(Usd.ZERO)) {
            ledger.book(NewEntry.adjustment(id, Usd.of(usd), UUID.randomUUID(), clock.instant(), "a reason"));
        }
        long key = app.sql("SELECT organization_id FROM organization WHERE public_id = ?")
                .param(id)
                .query(Long.class)
                .single();
        return new Organization(key, id, "ag_" + id);
    }

    void policy(Organization organization, @Nullable String agent, @Nullable String user, @Nullable String anonymous) {
        policy(
                organization.id(),
                organization.agent(),
                new AgentBudget(true, nanos(agent), nanos(user), nanos(anonymous), EnforcementMode.HARD_BLOCK));
    }

    void policy(String organization, String agent, AgentBudget policy) {
        budgets.changePolicy(organization, agent, before -> policy);
    }

    static HoldRequest request(Organization organization, @Nullable String user, String usd) {
        return request(organization, user, usd, HoldRequest.LASTS_UNLESS_TOLD);
    }

    static HoldRequest request(Organization organization, @Nullable String user, String usd, Duration lasts) {
        return new HoldRequest(UUID.randomUUID(), organization.agent(), user, Usd.of(usd), lasts);
    }

    /** Books usage at a cost of its own, which names {@code hold} unless that is null. */
    BookingOutcome use(Organization organization, @Nullable String user, String usd, @Nullable UUID hold) {
        return use(usage(organization.id(), organization.agent(), user, UUID.randomUUID(), hold), Usd.of(usd));
    }

    BookingOutcome use(UsageEvent usage, Usd cost) {
        return ledger.book(List.of(new RatedUsage(usage, new Priced(cost.nanos(), Priced.TRUSTED))))
                .outcomes()
                .get(0);
    }

    UsageEvent usage(String organization, String agent, @Nullable String user, UUID key, @Nullable UUID hold) {
        Counted call = new Counted(UsageKind.TOOL_CALL, "call", 1);
        return new UsageEvent(key, organization, agent, user, clock.instant(), call, null, hold);
    }

    /** What the layer of {@code held} holds, in USD. */
    Usd held(Organization organization) {
        return Usd.ofNanos(
                app.sql("""
                        SELECT coalesce(sum(held_nanos), 0) FROM held
                         WHERE organization_id = ? AND agent_id = 0 AND external_user_id = 0
                        """).param(organization.key()).query(Long.class).single());
    }

    Usd balance(Organization organization) {
        return Usd.ofNanos(app.sql("SELECT balance_nanos FROM organization_balance WHERE organization_id = ?")
                .param(organization.key())
                .query(Long.class)
                .single());
    }

    Hold find(Organization organization, UUID id) {
        return holds.find(organization.key(), id).orElseThrow();
    }

    List<AuditFinding> audit() {
        return new JdbcAudit(database.app()).run();
    }

    private static @Nullable Long nanos(@Nullable String usd) {
        return usd == null ? null : Usd.of(usd).nanos();
    }

    @Override
    public void close() {
        holds.close();
        database.close();
    }
}
