package dev.aicredits.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiDocument.Operation;
import dev.aicredits.ledger.Member.Role;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every operation of the OpenAPI document, with every role and every credential that is none. An operation that is not in
 * the table fails: who may call it is to be decided, and written down here, before it is served.
 */
class RoleMatrixTest {

    /** The contract, written by hand: neither grants nor roles of the code have a say in it. */
    private static final String TABLE = """
            owner admin developer viewer operator
              +     +       +       -       +    GET /api/v1/agents/{agentId}/budget
              +     +       +       +       +    GET /api/v1/cli/whoami
              -     -       -       -       +    GET /api/v1/operations/dead-letters
              -     -       -       -       +    POST /api/v1/operations/dead-letters/replay
              -     -       -       -       +    GET /api/v1/operations/dead-letters/{topic}/{partition}/{offset}
              -     -       -       -       +    GET /api/v1/operations/topics
              -     -       -       -       +    GET /api/v1/operator/organizations/{organizationId}/adjustments
              -     -       -       -       +    POST /api/v1/operator/organizations/{organizationId}/adjustments
              -     -       -       -       +    POST /api/v1/operator/organizations/{organizationId}/adjustments/{adjustmentId}/approve
              -     -       -       -       +    POST /api/v1/operator/organizations/{organizationId}/adjustments/{adjustmentId}/reject
              -     -       -       -       +    PUT /api/v1/operator/organizations/{organizationId}/mcp-hosting/override
              -     -       -       -       +    PUT /api/v1/operator/organizations/{organizationId}/mcp-hosting/plan
              +     +       +       +       +    GET /api/v1/organizations
              +     +       +       +       +    GET /api/v1/organizations/{organizationId}
              +     +       +       +       +    GET /api/v1/organizations/{organizationId}/agents
              +     +       -       -       -    PATCH /api/v1/organizations/{organizationId}/agents/{agentId}/budget
              +     +       -       -       -    DELETE /api/v1/organizations/{organizationId}/agents/{agentId}/external-users/{externalUserId}/budget
              +     +       +       -       +    GET /api/v1/organizations/{organizationId}/agents/{agentId}/external-users/{externalUserId}/budget
              +     +       -       -       -    PUT /api/v1/organizations/{organizationId}/agents/{agentId}/external-users/{externalUserId}/budget
              +     +       +       -       +    GET /api/v1/organizations/{organizationId}/agents/{agentId}/usage
              +     +       +       -       +    GET /api/v1/organizations/{organizationId}/ai-credits/ledger
              +     +       +       -       +    GET /api/v1/organizations/{organizationId}/ai-credits/stream
              +     +       +       -       +    GET /api/v1/organizations/{organizationId}/ai-credits/summary
              +     +       -       -       -    GET /api/v1/organizations/{organizationId}/api-keys
              +     +       -       -       -    POST /api/v1/organizations/{organizationId}/api-keys
              +     +       -       -       -    GET /api/v1/organizations/{organizationId}/api-keys/roles
              +     +       -       -       -    DELETE /api/v1/organizations/{organizationId}/api-keys/{keyId}
              +     +       -       -       -    POST /api/v1/organizations/{organizationId}/api-keys/{keyId}/rotate
              +     +       -       -       +    GET /api/v1/organizations/{organizationId}/audit-log
              +     +       +       -       +    GET /api/v1/organizations/{organizationId}/embed-usage
              +     +       +       -       -    POST /api/v1/organizations/{organizationId}/holds
              +     +       +       +       +    GET /api/v1/organizations/{organizationId}/holds/{holdId}
              +     +       +       -       -    POST /api/v1/organizations/{organizationId}/holds/{holdId}/capture
              +     +       +       -       -    POST /api/v1/organizations/{organizationId}/holds/{holdId}/release
              +     +       +       -       +    GET /api/v1/organizations/{organizationId}/incidents
              +     +       +       -       +    GET /api/v1/organizations/{organizationId}/mcp-hosting/billing/plans
              +     +       +       -       +    GET /api/v1/organizations/{organizationId}/mcp-hosting/usage
              +     +       +       +       +    GET /api/v1/organizations/{organizationId}/mcp-servers
              +     +       +       -       -    POST /api/v1/organizations/{organizationId}/mcp-servers
              +     +       +       -       -    DELETE /api/v1/organizations/{organizationId}/mcp-servers/{serverId}
              +     +       +       +       +    GET /api/v1/organizations/{organizationId}/mcp-servers/{serverId}
              +     +       +       -       -    PATCH /api/v1/organizations/{organizationId}/mcp-servers/{serverId}
              +     +       -       -       -    GET /api/v1/organizations/{organizationId}/members
              +     +       -       -       -    DELETE /api/v1/organizations/{organizationId}/members/{principalId}
              +     +       -       -       -    PATCH /api/v1/organizations/{organizationId}/members/{principalId}
              +     +       +       -       -    POST /api/v1/organizations/{organizationId}/usage-events
            """;

    private static final Map<String, Map<String, Boolean>> CONTRACT = contract();
    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final List<Operation> OPERATIONS = new ApiDocument(SYSTEM).operations();

    private final List<String> wrong = new ArrayList<>();

    /** Who may what, by operation and then by role. */
    private static Map<String, Map<String, Boolean>> contract() {
        List<String> lines = TABLE.lines().map(String::strip).toList();
        String[] roles = lines.get(0).split(" ", -1);
        Map<String, Map<String, Boolean>> contract = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] columns = line.split(" +", roles.length + 1);
            Map<String, Boolean> row = new TreeMap<>();
            for (int i = 0; i < roles.length; i++) {
                row.put(roles[i], columns[i].equals("+"));
            }
            contract.put(columns[roles.length], row);
        }
        return contract;
    }

    @Test
    void theTableHasTheOperationsOfTheDocument() {
        assertThat(OPERATIONS).extracting(Operation::toString).containsExactlyInAnyOrderElementsOf(CONTRACT.keySet());
        assertThat(OPERATIONS).extracting(Operation::grant).doesNotContain("", "public");
    }

    /** A grant stands for the same callers everywhere: what the document says of an operation can be relied on. */
    @Test
    void operationsWithOneGrantHaveOneRow() {
        Map<String, TreeSet<String>> rows = new TreeMap<>();
        OPERATIONS.forEach(operation -> rows.computeIfAbsent(operation.grant(), grant -> new TreeSet<>())
                .add(CONTRACT.get(operation.toString()).toString()));

        assertThat(rows.values()).allSatisfy(callers -> assertThat(callers).hasSize(1));
    }

    @Test
    void everyOperationAnswersEachRoleAsTheTableSays() {
        LivedInOrganization own = new LivedInOrganization();
        List<String> before = own.rows();
        for (Operation operation : OPERATIONS) {
            for (Role role : Role.values()) {
                String expected = expected(operation, role.key());
                expect(operation, own, role + "'s key", own.organization.with(role), expected);
                expect(operation, own, role + " in person", SYSTEM.person(own.organization.member(role)), expected);
            }
            String expected = expected(operation, "operator");
            expect(operation, own, "an operator's key", SYSTEM.operator(), expected);
            expect(operation, own, "an operator in person", SYSTEM.person(ApiSystem.OPERATOR), expected);
        }
        assertThat(wrong).isEmpty();
        assertThat(own.rows()).isEqualTo(before);
    }

    private static String expected(Operation operation, String role) {
        return CONTRACT.get(operation.toString()).get(role) ? "let in" : "403 forbidden";
    }

    @Test
    void whoIsNotKnownIsLetInNowhere() {
        LivedInOrganization own = new LivedInOrganization();
        TestOrganization organization = own.organization;
        end(organization.key(Role.ADMIN).keyId(), "revoked_at");
        end(organization.key(Role.OWNER).keyId(), "expires_at");
        Map<String, ApiClient> unknown = Map.of(
                "nobody", SYSTEM.anonymous(),
                "a revoked key", organization.with(Role.ADMIN),
                "an expired key", organization.with(Role.OWNER),
                "another secret",
                        SYSTEM.bearer(flipped(organization.key(Role.DEVELOPER).text())),
                "nonsense", SYSTEM.bearer("nonsense"));
        List<String> before = own.rows();
        for (Operation operation : OPERATIONS) {
            unknown.forEach((who, client) -> expect(operation, own, who, client, "401 unauthenticated"));
        }
        assertThat(wrong).isEmpty();
        assertThat(own.rows()).isEqualTo(before);
    }

    /** What is another organization's is answered as what nobody has, word for word. */
    @Test
    void anotherOrganizationLooksLikeNone() {
        LivedInOrganization own = new LivedInOrganization();
        TestOrganization other = SYSTEM.organization();
        List<String> before = own.rows();
        for (Operation operation : OPERATIONS) {
            if (!operation.path().contains("{") || operation.grant().equals("operate")) {
                continue;
            }
            String missing = operation.path().contains("{organizationId}")
                    ? "404 organization_not_found"
                    : "404 agent_not_found";
            for (ApiClient stranger : List.of(other.owner(), SYSTEM.person(other.member(Role.OWNER)))) {
                ApiClient.Answer answer = send(operation, stranger, own.variables);
                check(operation, "a stranger", answer.outcome(), missing);
                ApiClient.Answer ofNone = send(operation, stranger, none(own.variables.keySet(), Map.of()));
                check(operation, "a stranger", masked(answer), masked(ofNone));
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(own.rows()).isEqualTo(before);
    }

    /** The same for things: in one's own organization, the id of another's is an id of nothing. */
    @Test
    void whatAnotherOrganizationHasLooksLikeNothing() {
        LivedInOrganization own = new LivedInOrganization();
        LivedInOrganization other = new LivedInOrganization();
        Map<String, String> home = Map.of("organizationId", other.organization.id());
        Map<String, String> foreign = new HashMap<>(own.variables);
        foreign.putAll(home);
        List<String> before = own.rows();
        List<String> compared = new ArrayList<>();
        for (Operation operation : OPERATIONS) {
            if (operation.path().contains("{organizationId}")
                    && operation.path().replace("{organizationId}", "").contains("{")) {
                ApiClient client = operation.grant().equals("operate") ? SYSTEM.operator() : other.owner;
                ApiClient.Answer answer = sendSample(operation, client, other, foreign);
                ApiClient.Answer ofNone = sendSample(operation, client, other, none(own.variables.keySet(), home));
                check(operation, "whoever asks for another's", masked(answer), masked(ofNone));
                compared.add(answer.outcome());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(compared).hasSizeGreaterThan(15).doesNotContain("500 internal_error", "400 malformed_body");
        assertThat(own.rows()).isEqualTo(before);
    }

    private static Map<String, String> none(Iterable<String> names, Map<String, String> besides) {
        Map<String, String> none = new HashMap<>();
        names.forEach(name -> none.put(
                name,
                switch (name) {
                    case "holdId", "adjustmentId" -> "00000000-0000-4000-8000-000000000000";
                    default -> "none_of_" + name;
                }));
        none.putAll(besides);
        return none;
    }

    /** Without what names the thing that was asked for, and the time. */
    private static String masked(ApiClient.Answer answer) {
        String body = answer.body().replaceAll("\"(instance|externalUserId|displayName)\":\"[^\"]*\"", "\"$1\":\"\"");
        return answer.status() + " " + body;
    }

    private void expect(Operation operation, LivedInOrganization own, String who, ApiClient client, String expected) {
        ApiClient.Answer answer = send(operation, client, nothingIn(own));
        boolean letIn = answer.status() != 401 && !answer.outcome().equals("403 forbidden") && answer.status() < 500;
        check(operation, who, letIn ? "let in" : answer.outcome(), expected);
    }

    /** The organization and its agent, and of all else what it has not: who is let in changes nothing. */
    private static Map<String, String> nothingIn(LivedInOrganization own) {
        Map<String, String> variables = none(own.variables.keySet(), Map.of());
        variables.put("organizationId", own.organization.id());
        variables.put("agentId", own.variables.get("agentId"));
        return variables;
    }

    private void check(Operation operation, String who, String outcome, String expected) {
        if (!outcome.equals(expected)) {
            wrong.add(operation + " for " + who + ": " + outcome + " and not " + expected);
        }
    }

    /** With a body that nothing takes. */
    private static ApiClient.Answer send(Operation operation, ApiClient client, Map<String, String> variables) {
        return client.send(
                operation.method(),
                operation.pathWith(variables),
                operation.method().equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("[]"),
                "Content-Type",
                "application/json");
    }

    /** With a body that is taken where the path names something. */
    private static ApiClient.Answer sendSample(
            Operation operation, ApiClient client, LivedInOrganization home, Map<String, String> variables) {
        if (!operation.takesBody()) {
            return client.send(operation.method(), operation.pathWith(variables), BodyPublishers.noBody());
        }
        return client.send(
                operation.method(),
                operation.pathWith(variables),
                Samples.of(operation, home).toString());
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
