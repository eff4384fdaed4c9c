package dev.aicredits.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.cli.FakeApi.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each command asks, and what it prints: transcripts are compared with {@code golden/}. */
class CommandsTest {

    private static final String ORG = "/organizations/org_acme";

    private FakeApi api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi()
                .on("GET /organizations", "organizations.json")
                .on("GET /cli/whoami", "whoami.json")
                .on("GET " + ORG + "/agents", "agents.json")
                .on("GET " + ORG + "/agents/ag_support/usage?days=2", "usage.json")
                .on("GET " + ORG + "/agents/ag_support/usage", "usage.json")
                .on("PATCH " + ORG + "/agents/ag_support/budget", "policy.json")
                .on("GET " + ORG + "/agents/ag_support/external-users/user_ada/budget", "snapshot.json")
                .on("GET " + ORG + "/agents/a%2Fb/external-users/%C3%A9%20%3F/budget", "snapshot.json")
                .on("PUT " + ORG + "/agents/ag_support/external-users/user_ada/budget", "snapshot.json")
                .on("DELETE " + ORG + "/agents/ag_support/external-users/user_ada/budget", 204, "")
                .on("GET /agents/ag_support/budget", "snapshot.json")
                .on("GET " + ORG + "/mcp-servers", "servers.json")
                .on("GET " + ORG + "/ai-credits/summary", "summary.json")
                .on("GET " + ORG + "/mcp-hosting/billing/plans", "plans.json")
                .on("GET " + ORG + "/mcp-hosting/usage", "hosting.json")
                .on("POST " + ORG + "/mcp-hosting/billing/checkout-session", "plan-checkout.json")
                .on("POST " + ORG + "/ai-credits/checkout-session", "checkout.json")
                .on("POST " + ORG + "/ai-credits/checkout-session/cs_test_1/sync", "completed.json")
                .on("GET " + ORG + "/ai-credits/checkout-session/cs_test_1/status", "completed.json")
                .on("GET " + ORG + "/ai-credits/ledger", "ledger-1.json")
                .on("GET " + ORG + "/ai-credits/ledger?pageSize=500", "ledger-1.json")
                .on("GET " + ORG + "/ai-credits/ledger?pageSize=500&cursor=2", "ledger-2.json")
                .on(
                        "GET " + ORG + "/ai-credits/ledger?category=usage&agentId=ag_support&externalUserId=user_ada"
                                + "&from=2026-11-01&to=2026-12-01T00%3A00%3A00Z&cursor=2&pageSize=2",
                        "ledger-2.json")
                .on("GET " + ORG + "/api-keys", "keys.json")
                .on("GET " + ORG + "/api-keys/roles", "roles.json")
                .on("POST " + ORG + "/api-keys", "new-key.json")
                .on("DELETE " + ORG + "/api-keys/0123456789abcdef", 204, "")
                .on("GET " + ORG + "/audit-log", "audit.json")
                .on("GET " + ORG + "/incidents?pageSize=10", "incidents.json")
                .on("GET /operator/reconciliation?from=2026-11-01&to=2026-12-01", "report.json")
                .on("POST /operator/reconciliation/repairs?from=2026-11-01&to=2026-12-01", "repaired.json")
                .on("GET /operations/topics", "topics.json")
                .on("GET /operations/dead-letters", "dead-letters.json")
                .on(
                        "GET /operations/dead-letters?topic=agent.usage.v1-dlt&reason=malformed&organizationId=org_acme"
                                + "&from=2026-11-01&to=2026-12-01T00%3A00%3A00Z&pageSize=10",
                        "dead-letters.json")
                .on("GET /operations/dead-letters/agent.usage.v1-dlt/0/17", "dead-letter.json")
                .on("POST /operations/dead-letters/replay", "replay-dry.json", "replay-1.json", "replay-2.json");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void everyCommandAsksTheContractsQuestionAndPrintsATable() throws IOException {
        compare(
                "tables.txt",
                "whoami",
                "org list",
                "agents list",
                "agents usage ag_support --days 2",
                "agents budget defaults ag_support --monthly 100 --default-user 0.250 --anonymous none --mode hard_block",
                "agents budget defaults ag_support --enabled false",
                "agents budget get ag_support user_ada",
                "agents budget get ag_support",
                "agents budget set ag_support user_ada --monthly 20.000000001",
                "agents budget delete ag_support user_ada",
                "servers list",
                "billing status",
                "billing plans list",
                "billing checkout mcp_hosting_team",
                "billing wait cs_test_1",
                "billing sync cs_test_1",
                "billing credits checkout 50",
                "billing credits ledger",
                "billing credits ledger --all",
                "billing credits ledger --category usage --agent ag_support --user user_ada --from 2026-11-01"
                        + " --to 2026-12-01T00:00:00Z --cursor 2 --page-size 2",
                "api-keys list",
                "api-keys roles",
                "api-keys create ci --role developer --description builds --expires 2027-01-01T00:00:00Z",
                "api-keys delete 0123456789abcdef",
                "hosting usage",
                "ops audit",
                "ops incidents --page-size 10",
                "ops reconcile --from 2026-11-01 --to 2026-12-01",
                "ops reconcile --from 2026-11-01 --to 2026-12-01 --repair",
                "ops topics",
                "ops dead-letters list",
                "ops dead-letters list --topic agent.usage.v1-dlt --reason malformed --organization org_acme"
                        + " --from 2026-11-01 --to 2026-12-01T00:00:00Z --page-size 10",
                "ops dead-letters show agent.usage.v1-dlt/0/17",
                "ops dead-letters show ../0/17",
                "ops dead-letters replay agent.usage.v1-dlt/0/17 agent.usage.v1-dlt/1/3 --dry-run --because look",
                "ops dead-letters replay --reason unrated_model --again --because priced",
                "ops dead-letters replay --because nothing",
                "ops dead-letters replay agent.usage.v1-dlt/0/17 --all-letters --because both");
    }

    @Test
    void everyFormatHasTheNumbersAsTheyCame() throws IOException {
        compare(
                "formats.txt",
                "agents usage ag_support --json",
                "agents usage ag_support --output csv",
                "billing status --output yaml",
                "servers list --json",
                "servers list -o csv",
                "billing credits ledger --all --output json",
                "billing credits ledger --all --output yaml",
                "billing credits ledger --all --output csv",
                "ops reconcile --from 2026-11-01 --to 2026-12-01 --json",
                "ops reconcile --from 2026-11-01 --to 2026-12-01 --output yaml",
                "ops reconcile --from 2026-11-01 --to 2026-12-01 --output csv",
                "ops topics --output csv",
                "ops topics --json",
                "ops dead-letters list --output csv");
    }

    @Test
    void aLetterThatCannotBeSentBackIsANo() {
        for (String outcome : new String[] {"not_replayable", "not_found", "not_acknowledged"}) {
            api.on(
                    "POST /operations/dead-letters/replay",
                    200,
                    "{\"scanned\":1,\"counts\":{\"" + outcome + "\":1},\"data\":[],\"nextCursor\":null}");
            assertThat(run("ops", "dead-letters", "replay", "agent.usage.v1-dlt/0/17", "--because", "mended")
                            .exitCode())
                    .as(outcome)
                    .isEqualTo(1);
        }
    }

    @Test
    void idsAreEncodedWhole() {
        assertThat(run("agents", "budget", "get", "a/b", "é ?").exitCode()).isZero();
        assertThat(run("agents", "budget", "get", "ag", "@ada").exitCode()).isEqualTo(5);
        assertThat(api.asked())
                .containsExactly(
                        "GET " + ORG + "/agents/a%2Fb/external-users/%C3%A9%20%3F/budget",
                        "GET " + ORG + "/agents/ag/external-users/%40ada/budget");
    }

    @Test
    void anIdThatWouldBeAnotherPathIsRefused() {
        for (String id : List.of("..", ".", "", " ")) {
            Run run = run("agents", "budget", "delete", "ag_support", id);
            assertThat(run.exitCode()).as(id).isEqualTo(2);
            assertThat(run.err()).contains("is no id");
        }
        assertThat(api.asked()).isEmpty();
    }

    @Test
    void withoutAnOrganizationTheFirstIsMeant() {
        api.without(Settings.ORGANIZATION);
        assertThat(api.run("servers list").exitCode()).isZero();
        assertThat(api.asked()).containsExactly("GET /organizations", "GET " + ORG + "/mcp-servers");

        api.on("GET /organizations", 200, "[]");
        assertThat(api.run("servers list").exitCode()).isEqualTo(5);
    }

    @Test
    void theUrlMayEndWithTheVersionOrNot() {
        String url = "http://127.0.0.1:" + api.port();
        for (String given : List.of(url, url + "/", url + "/api/v1", url + "/api/v1/")) {
            assertThat(api.with(Settings.URL, given).run("whoami").exitCode())
                    .as(given)
                    .isZero();
        }
    }

    private Run run(String... arguments) {
        return api.run(List.of(arguments));
    }

    private void compare(String golden, String... lines) throws IOException {
        StringBuilder transcript = new StringBuilder();
        for (String line : lines) {
            int before = api.asked().size();
            Run run = api.run(line);
            transcript.append("$ mcpstack ").append(line).append('\n');
            api.asked().stream()
                    .skip(before)
                    .forEach(
                            question -> transcript.append("> ").append(question).append('\n'));
            transcript.append(run.out().replace("\r\n", "␍\n"));
            run.err()
                    .lines()
                    .forEach(error -> transcript.append("! ").append(error).append('\n'));
            transcript.append("= ").append(run.exitCode()).append("\n\n");
        }
        // For a look, and to copy if it is right.
        Files.writeString(Path.of("target", golden), transcript);
        assertThat(transcript).hasToString(FakeApi.resource("golden/" + golden));
    }
}
