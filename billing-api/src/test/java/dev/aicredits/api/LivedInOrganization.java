package dev.aicredits.api;

import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.Assertions;

/** An organization that has one of everything that a path can name, and what its rows are. */
final class LivedInOrganization {

    private static final ApiSystem SYSTEM = ApiSystem.shared();

    /** What changes by being looked at, or by time alone. */
    private static final String UNWRITTEN = "last_used_at";

    /** The variables of all paths, each naming what the organization has. */
    final Map<String, String> variables;

    final TestOrganization organization = SYSTEM.organization();
    /** In person, because a key notes when it was used. */
    final ApiClient owner = SYSTEM.person(organization.member(Role.OWNER));

    LivedInOrganization() {
        String agent = "ag_" + organization.id();
        new JdbcOrganizations(SYSTEM.app(), Clock.systemUTC()).registerAgent(organization.id(), agent, "Agent", null);
        SYSTEM.ledger()
                .book(NewEntry.adjustment(organization.id(), Usd.of("50"), UUID.randomUUID(), Instant.now(), "start"));
        Map<String, String> made = new HashMap<>(Map.of(
                "organizationId", organization.id(),
                "agentId", agent,
                "externalUserId", "user_" + organization.id(),
                "principalId", organization.member(Role.VIEWER),
                "keyId", organization.key(Role.VIEWER).keyId(),
                "serverId", made(owner, "/mcp-servers", "{\"name\":\"A server\"}", "id"),
                "holdId",
                        made(
                                owner,
                                "/holds",
                                "{\"agentId\":\"" + agent + "\",\"externalUserId\":\"user_" + organization.id()
                                        + "\",\"amountUsd\":1,\"expiresInSeconds\":86400}",
                                "holdId"),
                "adjustmentId",
                        SYSTEM.operator()
                                .post(
                                        "/api/v1/operator/organizations/" + organization.id() + "/adjustments",
                                        "{\"amountUsd\":500,\"reason\":\"waits\"}")
                                .text("id")));
        // A place in a topic of dead letters, which belong to no organization.
        made.putAll(Map.of("topic", ApiSystem.TOPICS.get(1), "partition", "0", "offset", "0"));
        this.variables = Map.copyOf(made);
        Assertions.assertThat(variables.values()).doesNotContain("");
    }

    private String made(ApiClient client, String path, String body, String id) {
        return client.post(organization.path(path), body).text(id);
    }

    /** Every row of every table that is about this organization: a new table can't be forgotten. */
    List<String> rows() {
        return SYSTEM.superuser()
                .sql("""
                        SELECT table_name || ' ' || (xpath('/row/c/text()', query_to_xml(format(
                                   $$SELECT count(*) || ' ' || coalesce(md5(string_agg((to_jsonb(t) - %L)::text, ',' ORDER BY t::text)), '') AS c
                                       FROM %I t WHERE organization_id = %L$$, :unwritten, table_name, :id),
                               false, true, '')))[1]::text
                          FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
                         WHERE table_schema = 'public' AND column_name = 'organization_id' AND table_type = 'BASE TABLE'
                           AND data_type = 'bigint'
                         ORDER BY 1
                        """)
                .param("unwritten", UNWRITTEN)
                .param("id", organization.organizationKey())
                .query(String.class)
                .list();
    }
}
