package dev.aicredits.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Routes.Route;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.Member.Role;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every route there is, with every role and every credential that is none. A new route can't be forgotten here. */
class RoleMatrixTest {

    private static final Set<Role> ALL = EnumSet.allOf(Role.class);
    private static final Set<Role> MANAGERS = EnumSet.of(Role.OWNER, Role.ADMIN);
    private static final Set<Role> NOT_VIEWERS = EnumSet.of(Role.OWNER, Role.ADMIN, Role.DEVELOPER);

    /** The contract's table, written once more: it must not follow a mistake in the code. */
    private static final Map<Grant, Set<Role>> CONTRACT = Map.of(
            Grant.PUBLIC, ALL,
            Grant.SIGNED_IN, ALL,
            Grant.ORGANIZATION_VIEW, ALL,
            Grant.AGENTS_VIEW, ALL,
            Grant.AGENTS_MANAGE, NOT_VIEWERS,
            Grant.MEMBERS_MANAGE, MANAGERS,
            Grant.BILLING_VIEW, NOT_VIEWERS,
            Grant.BILLING_MANAGE, MANAGERS,
            Grant.KEYS_MANAGE, MANAGERS,
            Grant.AUDIT_VIEW, MANAGERS);

    private static final ApiSystem SYSTEM = ApiSystem.shared();

    private final TestOrganization own = SYSTEM.organization();
    private final TestOrganization other = SYSTEM.organization();
    private final String agent = registerAgent();
    private final List<String> wrong = new ArrayList<>();

    private String registerAgent() {
        String id = "ag_" + own.id();
        new JdbcOrganizations(SYSTEM.app(), Clock.systemUTC()).registerAgent(own.id(), id, "Agent", null);
        return id;
    }

    @Test
    void everyRouteAnswersEachRoleAsTheContractSays() {
        for (Route route : SYSTEM.apiRoutes()) {
            for (Role role : Role.values()) {
                boolean may = CONTRACT.getOrDefault(route.grant(), Set.of()).contains(role);
                expect(route, role + "'s key", own.with(role), may ? "let in" : "403 forbidden");
                expect(route, role + " in person", SYSTEM.person(own.member(role)), may ? "let in" : "403 forbidden");
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void whoIsNotKnownIsLetInNowhere() {
        String revoked = own.key(Role.ADMIN).text();
        end(own.key(Role.ADMIN).keyId(), "revoked_at");
        String expired = own.key(Role.OWNER).text();
        end(own.key(Role.OWNER).keyId(), "expires_at");
        for (Route route : SYSTEM.apiRoutes()) {
            if (route.grant() != Grant.PUBLIC) {
                String refused = "401 unauthenticated";
                expect(route, "nobody", SYSTEM.anonymous(), refused);
                expect(route, "a revoked key", SYSTEM.bearer(revoked), refused);
                expect(route, "an expired key", SYSTEM.bearer(expired), refused);
                expect(
                        route,
                        "another secret",
                        SYSTEM.bearer(flipped(own.key(Role.DEVELOPER).text())),
                        refused);
                expect(route, "nonsense", SYSTEM.bearer("nonsense"), refused);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void anotherOrganizationLooksLikeNone() {
        for (Route route : SYSTEM.apiRoutes()) {
            if (CONTRACT.containsKey(route.grant()) && route.path().contains("{")) {
                String missing = route.path().contains("{organizationId}")
                        ? "404 organization_not_found"
                        : "404 agent_not_found";
                expect(route, "a stranger's key", other.owner(), missing);
                expect(route, "a stranger", SYSTEM.person(other.member(Role.OWNER)), missing);
                assertThat(send(route, other.owner(), own.id(), agent)
                                .body()
                                .replace(agent, "")
                                .replace(own.id(), ""))
                        .as(route.toString())
                        .isEqualTo(send(route, other.owner(), "org_none", "ag_none")
                                .body()
                                .replace("ag_none", "")
                                .replace("org_none", ""));
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void anOperatorLooksEverywhereAndChangesNothingOfAnOrganizationsOwn() {
        Set<Grant> granted = EnumSet.of(
                Grant.PUBLIC,
                Grant.SIGNED_IN,
                Grant.ORGANIZATION_VIEW,
                Grant.AGENTS_VIEW,
                Grant.BILLING_VIEW,
                Grant.AUDIT_VIEW,
                Grant.OPERATE);
        for (Route route : SYSTEM.apiRoutes()) {
            String expected = granted.contains(route.grant()) ? "let in" : "403 forbidden";
            expect(route, "an operator's key", SYSTEM.operator(), expected);
            expect(route, "an operator in person", SYSTEM.person(ApiSystem.OPERATOR), expected);
        }
        assertThat(wrong).isEmpty();
    }

    private void expect(Route route, String who, ApiClient client, String expected) {
        ApiClient.Answer answer = send(route, client, own.id(), agent);
        boolean letIn = answer.status() != 401 && !answer.outcome().equals("403 forbidden") && answer.status() < 500;
        String outcome = letIn ? "let in" : answer.outcome();
        if (expected.startsWith("404")) {
            outcome = answer.outcome();
        }
        if (!outcome.equals(expected)) {
            wrong.add(route + " for " + who + ": " + outcome + " and not " + expected);
        }
    }

    /** With ids that nothing has, and a body that nothing takes: what is let in goes no further. */
    private static ApiClient.Answer send(Route route, ApiClient client, String organizationId, String agentId) {
        String path = route.path().replace("{organizationId}", organizationId);
        if (!route.path().contains("{organizationId}")) {
            path = path.replace("{agentId}", agentId);
        }
        return client.send(
                route.method(),
                path.replaceAll("\\{\\w+}", "none"),
                route.method().equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("[]"),
                "Content-Type",
                "application/json");
    }

    private static void end(String keyId, String column) {
        SYSTEM.superuser()
                .sql("UPDATE api_key SET " + column + " = now() - interval '1 second' WHERE key_id = :key")
                .param("key", keyId)
                .update();
    }

    private static String flipped(String key) {
        char last = key.charAt(key.length() - 1);
        return key.substring(0, key.length() - 1) + (last == '0' ? '1' : '0');
    }
}
