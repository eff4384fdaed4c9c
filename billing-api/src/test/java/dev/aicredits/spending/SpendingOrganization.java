package dev.aicredits.spending;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiClient.Answer;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.ledger.RatedUsage;
import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.Assertions;

/** An organization with credits and an agent, and what a client may ask about them. */
final class SpendingOrganization {

    private static final ApiSystem SYSTEM = ApiSystem.shared();

    final TestOrganization organization = SYSTEM.organization();
    final String agent = "ag_" + organization.id();
    final ApiClient owner = organization.owner();

    SpendingOrganization(String usd) {
        register(agent);
        SYSTEM.ledger()
                .book(NewEntry.adjustment(
                        organization.id(), Usd.of(usd), UUID.randomUUID(), Instant.now(), "a reason"));
    }

    void register(String id) {
        new JdbcOrganizations(SYSTEM.app(), Clock.systemUTC()).registerAgent(organization.id(), id, "Agent", null);
    }

    String path(String rest) {
        return "/api/v1/organizations/" + organization.id() + rest;
    }

    String agentBudget() {
        return path("/agents/" + agent + "/budget");
    }

    String userBudget(String user) {
        return path("/agents/" + agent + "/external-users/" + user + "/budget");
    }

    Answer snapshot(String query) {
        return owner.get("/api/v1/agents/" + agent + "/budget" + query);
    }

    Answer reserve(String usd, String... headers) {
        return owner.post(path("/holds"), body(usd), headers);
    }

    String body(String usd) {
        return "{\"agentId\":\"" + agent + "\",\"externalUserId\":\"user\",\"amountUsd\":" + usd + "}";
    }

    Answer end(String hold, String how, String body, String... headers) {
        return owner.post(path("/holds/" + hold + "/" + how), body, headers);
    }

    void use(String user, String usd, String hold) {
        UsageEvent usage = new UsageEvent(
                UUID.randomUUID(),
                organization.id(),
                agent,
                user,
                Instant.now(),
                new Counted(UsageKind.TOOL_CALL, "call", 1),
                null,
                hold == null ? null : UUID.fromString(hold));
        SYSTEM.ledger()
                .book(List.of(new RatedUsage(usage, new Priced(Usd.of(usd).nanos(), Priced.TRUSTED))));
    }

    String balance() {
        return Usd.ofNanos(SYSTEM.superuser()
                        .sql("SELECT balance_nanos FROM organization_statement WHERE organization_id = ?")
                        .param(organization.id())
                        .query(Long.class)
                        .single())
                .toString();
    }

    String held() {
        return Usd.ofNanos(SYSTEM.superuser()
                        .sql("""
                        SELECT coalesce(sum(h.held_nanos), 0) FROM held h JOIN organization o USING (organization_id)
                         WHERE o.public_id = ? AND h.agent_id = 0
                        """)
                        .param(organization.id())
                        .query(Long.class)
                        .single())
                .toString();
    }

    static void assertNothingDrifted() {
        Assertions.assertThat(new JdbcAudit(SYSTEM.app()).run()).isEmpty();
    }
}
