package dev.aicredits.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.PageClient;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.Member.Role;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page can't do it says in a page, and beside the form that asked. */
class PageRefusalTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();

    private final TestOrganization own = SYSTEM.organization();
    private final String home = "/settings/" + own.id();
    private final PageClient owner = SYSTEM.browser().signIn(own.member(Role.OWNER));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/billing?from=x",
                "/billing?from=2026-12-01&to=2026-01-01",
                "/billing?to=%2B999999999-12-31",
                "/billing?cursor=nothing",
                "/billing?tab=usage&agentId=%00",
                "/billing?tab=usage&agentId=%FF%FE",
                "/agents?days=99999999999",
                "/audit-log?cursor=%FF",
                "/incidents?cursor=x",
            })
    void nonsenseInAnAddressIsExplained(String path) {
        assertExplained(owner.get(home + path), 400, "This was not done");
    }

    @Test
    void operatorsNonsenseIsExplainedToo() {
        PageClient operator = SYSTEM.browser().signIn(ApiSystem.OPERATOR);
        assertExplained(operator.get("/operator/reconciliation?to=%2B999999999-12-31"), 400, "This was not done");
        assertExplained(operator.get("/operator?organizationId=%3Cx%3E"), 404, "Not found");
    }

    @Test
    void whereNothingIsAPageSaysSo() {
        for (String path : List.of(home + "/nothing", home + "/billing/nothing", home + "/purchases", "/operator/no")) {
            assertExplained(owner.get(path), 404, "Not found");
        }
        assertThat(SYSTEM.browser().get(home + "/nothing").header("Location")).endsWith("/sign-in");
    }

    @Test
    void aFormThatIsOlderThanTheSessionIsExplained() {
        PageClient.Answer stale = owner.postWith("of another session", home + "/servers", "name", "stale");

        assertExplained(stale, 403, "older than your session");
        assertThat(stale.body()).doesNotContain("Your role");
    }

    @Test
    void aFormOfASessionThatIsOverLeadsToTheSignIn() {
        PageClient nobody = SYSTEM.browser();
        PageClient.Answer answer = nobody.postWith("of a session that is over", home + "/servers", "name", "late");
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location")).endsWith("/sign-in");
        assertThat(owner.get(home + "/servers").body()).doesNotContain("late");
    }

    @Test
    void aPartOfAPageThatIsRefusedIsToldBesideItsForm() {
        PageClient.Answer part =
                owner.get(home + "/billing/ledger?from=2026-12-01&to=2026-01-01", "HX-Request", "true");
        assertThat(part.status()).isEqualTo(200);
        assertThat(part.header("Refused")).isEqualTo("invalid_parameter");
        assertThat(part.body()).startsWith("<div class=\"refusal\"").contains("“to”");
        assertThat(SYSTEM.browser()
                        .signIn(own.member(Role.VIEWER))
                        .get(home + "/billing/summary", "HX-Request", "true")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aFilteredLedgerHasAnAddress() {
        PageClient.Answer part = owner.get(
                home + "/billing/ledger?tab=usage&agentId=a%26b+%2B&externalUserId=&from=2026-01-01",
                "HX-Request",
                "true");
        assertThat(part.header("HX-Push-Url"))
                .isEqualTo(home + "/billing?tab=usage&agentId=a%26b%20%2B&from=2026-01-01");
        assertThat(owner.get(home + "/billing/ledger?tab=purchases", "HX-Request", "true", "HX-Trigger", "ledger")
                        .header("HX-Push-Url"))
                .isEmpty();
    }

    @Test
    void everyAgentHasAPageWhateverItIsCalled() {
        JdbcOrganizations organizations = new JdbcOrganizations(SYSTEM.app(), Clock.systemUTC());
        for (String kind : List.of("<script>x</script>", "a/../b", "a;b", "50%")) {
            String agent = kind + own.id();
            organizations.registerAgent(own.id(), agent, agent, null);
            String page = home + "/agents/" + new AgentPath().of(agent);
            assertThat(owner.get(home + "/agents").body()).contains("href=\"" + page + "\"");
            assertThat(owner.get(page).status()).as(agent).isEqualTo(200);
            assertThat(owner.post(
                                    page + "/budget",
                                    "enabled",
                                    "true",
                                    "monthlyBudgetUsd",
                                    "4.25",
                                    "defaultUserBudgetUsd",
                                    "",
                                    "anonymousMonthlyBudgetUsd",
                                    "",
                                    "enforcementMode",
                                    "hard_block")
                            .header("Location"))
                    .endsWith(page);
            assertThat(owner.get(page).body()).contains("value=\"4.25\"").doesNotContain("<script>x");
        }
    }

    private static void assertExplained(PageClient.Answer answer, int status, String words) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("text/html");
        assertThat(answer.body()).contains(words);
    }
}
