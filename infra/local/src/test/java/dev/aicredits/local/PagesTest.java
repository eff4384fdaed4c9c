package dev.aicredits.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Settings and operators' pages in a real browser, against the whole system: one for all of these tests. */
@TestMethodOrder(OrderAnnotation.class)
class PagesTest {

    static final String ACME = "/settings/org_acme";
    static final String GLOBEX = "/settings/org_globex";
    private static final String OWNER = "usr_olivia";
    private static final String DEVELOPER = "usr_dora";
    private static final String VIEWER = "usr_victor";
    private static final String OPERATOR = "usr_otto";
    private static final String BOTH = "usr_demo";

    /** A name that would run, were it not text. */
    private static final String HOSTILE =
            "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";

    private static final int DAYS_OF_HISTORY = 29;

    /** So that balances move while pages are looked at; more would take the processor from the browser. */
    private static final int EVENTS_PER_SECOND = 4;

    /** What usage-consumer takes of an event that is ahead of its clock. */
    private static final Duration FUTURE_MAX = Duration.ofMinutes(10);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    static Path folder;

    private static Visitors visitors;
    private static UpRun up;
    private static String baseUrl;

    @BeforeAll
    static void start() throws Exception {
        up = UpRun.start(folder.resolve("data"), EVENTS_PER_SECOND);
        baseUrl = up.demoEnv().get("AICREDITS_URL");
        sendHistory();
        visitors = Visitors.start(baseUrl);
    }

    @AfterAll
    static void stop() {
        if (visitors != null) {
            visitors.close();
        }
        if (up != null) {
            up.close();
        }
    }

    @AfterEach
    void everyPageWasQuiet() {
        assertThat(visitors.rest()).isEmpty();
    }

    /** A month of usage, so that pages have something to show. */
    private static void sendHistory() throws Exception {
        List<String> models = List.of("gpt-4o-mini", "gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash");
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        List<String> events = new ArrayList<>();
        for (int day = 1; day <= DAYS_OF_HISTORY; day++) {
            for (int call = 0; call < models.size(); call++) {
                // Some weekly rhythm, and no two days alike.
                int tokens = 2_000 * (1 + (day * 7 + call * 5) % 11) * (day % 7 < 2 ? 1 : 3);
                Instant time = now.minus(Duration.ofDays(day));
                events.add(event(time, "history-" + day + "-" + call, models.get(call), tokens));
            }
        }
        send("org_acme", events);
    }

    private static void send(String organization, List<String> events) throws Exception {
        Map<String, Object> config =
                Map.of("bootstrap.servers", up.demoEnv().get("KAFKA_BOOTSTRAP_SERVERS"), "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            for (String event : events) {
                sent.add(producer.send(new ProducerRecord<>("agent.usage.v1", organization, event)));
            }
            for (Future<?> one : sent) {
                one.get();
            }
        }
    }

    private static String event(Instant time, String id, String model, int tokens) {
        String provider = model.startsWith("gpt") ? "openai" : model.startsWith("claude") ? "anthropic" : "google";
        return """
                {"specversion":"1.0","id":"%s","source":"/test","type":"dev.aicredits.agent.usage.v1",
                 "subject":"ag_support","time":"%s","data":{"organizationId":"org_acme","agentId":"ag_support",
                 "externalUserId":"user_ada","kind":"inference","provider":"%s","model":"%s","inputTokens":%d,
                 "outputTokens":%d}}
                """.formatted(id, time, provider, model, tokens, tokens / 4);
    }

    @Test
    @Order(1)
    void anOwnerBuysFiftyDollarsAndTheBalanceChangesWithoutAReload() {
        Visitor owner = visitors.visit(OWNER);
        owner.go(ACME + "/billing");
        owner.page().evaluate("() => { window.sameDocument = true; }");
        double before = dollars(owner.find("#balance"));

        Page second = owner.newTab();
        second.navigate(baseUrl + ACME + "/billing");
        second.getByLabel("$50").check();
        second.getByText("Continue to payment").click();
        second.getByText("Pay by card").click();
        second.waitForURL("**/billing?purchase=cs_*");

        assertThat(second.locator("#purchase.good")).containsText("$50.00 of credits added");
        assertThat(owner.find("#summary")).containsText("last $50.00 on");
        assertThat(dollars(owner.find("#balance")) - before).isBetween(49.0, 50.01);
        assertThat(owner.page().evaluate("() => window.sameDocument")).isEqualTo(true);
        assertThat(second.locator("#ledger tbody tr").first()).containsText("Top up");
    }

    @Test
    @Order(2)
    void aPurchaseThatIsLeftOrStillOnItsWaySaysSo() {
        Visitor owner = visitors.visit(OWNER);
        owner.go(ACME + "/billing");
        owner.page().getByLabel("or another amount").fill("7.50");
        owner.page().getByText("Continue to payment").click();
        owner.page().getByText("Leave without paying").click();
        assertThat(owner.page().getByText("You left the checkout")).isVisible();

        owner.page().getByLabel("or another amount").fill("7.50");
        owner.page().getByText("Continue to payment").click();
        owner.page().getByText("Pay later, by bank debit").click();
        owner.page().getByText("Back to the shop").click();
        assertThat(owner.find("#purchase.pending")).containsText("Payment of $7.50 is being processed");

        owner.page().getByLabel("or another amount").fill("0.01");
        owner.page().getByText("Continue to payment").click();
        assertThat(owner.find(".buy .refusal")).containsText("below the minimum");
    }

    @Test
    @Order(3)
    void aDeveloperSeesTheHistoryAndNoWayToBuyAndTheApiRefusesTheSame() throws Exception {
        Visitor developer = visitors.visit(DEVELOPER);
        developer.go(ACME + "/billing");
        assertThat(developer.find("#ledger tbody tr").first()).isVisible();
        assertThat(developer.find("#no-buy")).containsText("Owners and admins buy credits");
        assertThat(developer.page().getByText("Continue to payment")).hasCount(0);
        developer
                .page()
                .getByText("Usage", new Page.GetByTextOptions().setExact(true))
                .click();
        assertThat(developer.find("#ledger thead")).containsText("Tokens in");

        assertThat(up.statusOfPost(
                        "/api/v1/organizations/org_acme/ai-credits/checkout-session",
                        up.demoEnv().get("MCPSTACK_DEVELOPER_API_KEY"),
                        "{\"creditAmountUsd\": 50}"))
                .isEqualTo(403);
        assertThat(developer.status(ACME + "/members")).isEqualTo(403);
    }

    @Test
    @Order(4)
    void aViewerGetsAnExplanation() {
        Visitor viewer = visitors.visit(VIEWER);
        assertThat(viewer.find("#no-spend")).containsText("As Viewer you see which there are");
        assertThat(viewer.status(ACME + "/billing")).isEqualTo(403);
        viewer.go(ACME + "/servers");
        assertThat(viewer.page().getByText("Owners, admins and developers host servers"))
                .isVisible();
        viewer.requireAccessible();
    }

    @Test
    @Order(5)
    void anAgentRunsOutTheBannerComesByItselfAndAPurchaseClearsIt() {
        Visitor owner = visitors.visit(BOTH);
        owner.go(GLOBEX + "/billing");
        assertThat(owner.find("#stops .stop")).hasCount(0);
        Page page = owner.page();

        Visitor operator = visitors.visit(OPERATOR);
        operator.go("/operator/organizations/org_globex");
        // A cent more than it is shown: that may be less than it is.
        double left = dollars(operator.find(".head strong")) + 0.01;
        operator.page().getByLabel("Amount, USD").fill(String.format(Locale.ROOT, "-%.2f", left));
        operator.page()
                .locator("section:has(#adjust-title)")
                .getByLabel("Reason")
                .fill("lets it run out");
        operator.page()
                .getByText("Adjust", new Page.GetByTextOptions().setExact(true))
                .click();
        assertThat(operator.find(".notice")).containsText("booked");

        assertThat(page.locator("#stops")).containsText("All agents are stopped: the credits are used up");
        assertThat(page.locator("#summary")).containsText("Used up");
        owner.requireAccessible();

        page.getByLabel("$25").check();
        page.getByText("Continue to payment").click();
        page.getByText("Pay by card").click();
        page.waitForURL("**/billing?purchase=cs_*");
        assertThat(page.locator("#purchase.good")).isVisible();
        assertThat(page.locator("#stops .stop")).hasCount(0);
        owner.go(GLOBEX + "/incidents");
        assertThat(owner.find("tbody tr").first()).containsText("Organization credits exhausted");
        assertThat(owner.find("tbody tr").first()).containsText("by top up");
    }

    @Test
    @Order(6)
    void anEleventhServerIsRefusedWithTheThreeWaysOut() {
        Visitor developer = visitors.visit(DEVELOPER);
        developer.go(ACME + "/servers");
        for (int server = 1; server <= 10; server++) {
            host(developer, "Search index " + server, server);
            assertThat(developer.find(".head")).containsText(server + " of 10");
        }

        host(developer, "One too many", 11);

        Locator ways = developer.find(".ways");
        assertThat(ways).containsText("All 10 places of the Team plan are taken");
        assertThat(ways.locator("li")).hasCount(3);
        assertThat(ways).containsText("Disable or delete a server");
        assertThat(ways).containsText("Change to a larger plan");
        assertThat(ways).containsText("Ask the platform’s operators");
        assertThat(developer.page().getByLabel("Name")).hasValue("One too many");
        developer.requireAccessible();
    }

    @Test
    void aLargerPlanIsBoughtWhereThePlanIsShown() throws Exception {
        up.call(
                "PUT",
                "/operator/organizations/org_globex/mcp-hosting/plan",
                "{\"planKey\":\"mcp_hosting_free\",\"invoiced\":false,\"reason\":\"to begin with\"}");
        Page tab = visitors.visit(BOTH).newTab();
        tab.navigate(baseUrl + GLOBEX + "/billing");
        assertThat(tab.locator("#plan")).containsText("Free");
        tab.getByText("Change to Team").click();
        tab.getByText("Pay by card").click();
        assertThat(tab.locator("body")).containsText("Your plan is in force.");

        tab.navigate(baseUrl + GLOBEX + "/billing");
        assertThat(tab.locator("#plan")).containsText("Team");
        assertThat(tab.locator("#plan")).not().containsText("Change to Team");
    }

    /** Paid after the organization became one that is invoiced. */
    @Test
    void anOperatorPutsAPlanInForceThatWasHeldForReview() throws Exception {
        String plan = "/operator/organizations/org_acme/mcp-hosting/plan";
        String free = "{\"planKey\":\"mcp_hosting_free\",\"invoiced\":%s,\"reason\":\"of a test\"}";
        up.call("PUT", plan, free.formatted(false));
        Page tab = visitors.visit(OWNER).newTab();
        tab.navigate(baseUrl + ACME + "/billing");
        tab.getByText("Change to Team").click();
        tab.getByText("Pay by card").waitFor();
        up.call("PUT", plan, free.formatted(true));
        tab.getByText("Pay by card").click();
        assertThat(tab.locator("body")).containsText("Your payment is being looked at.");

        Visitor operator = visitors.visit(OPERATOR);
        operator.go("/operator");
        operator.page().getByText("Reviews").click();
        Locator review = operator.find("section.card:has-text('org_acme')");
        assertThat(review).containsText("Organization invoiced");
        operator.requireAccessible();
        review.getByLabel("Reason to take it").fill("agreed with sales");
        review.getByText("Put the plan in force").click();
        assertThat(review.locator(".refusal")).containsText("pays by invoice");
        up.call("PUT", plan, free.formatted(false));
        review.getByText("Put the plan in force").click();

        assertThat(operator.find(".notice")).containsText("The plan is in force");
        assertThat(operator.page().getByText("Nothing waits for a person")).isVisible();
        operator.go(ACME + "/billing");
        assertThat(operator.find("#plan")).containsText("Team");
        assertThat(visitors.visit(DEVELOPER).status("/operator/reviews")).isEqualTo(403);
    }

    @Test
    void whatIsRefusedIsSaidWhereItWasAsked() {
        Visitor owner = visitors.visit(OWNER);
        owner.go(ACME + "/billing?tab=usage");
        owner.find("input[name=from]").fill("2026-02-01");
        owner.find("input[name=to]").fill("2026-01-01");
        owner.find(".filters button").click();
        assertThat(owner.find(".filters .refusal")).containsText("“to”");
        assertThat(owner.find("#ledger tbody tr").first()).isVisible();

        owner.find("input[name=to]").fill("");
        owner.find("input[name=from]").fill("2026-01-01");
        owner.find("input[name=agentId]").fill("ag_support");
        owner.find(".filters button").click();
        assertThat(owner.page()).hasURL(baseUrl + ACME + "/billing?tab=usage&agentId=ag_support&from=2026-01-01");
        owner.page().reload();
        assertThat(owner.find("input[name=agentId]")).hasValue("ag_support");

        owner.go(ACME + "/billing?purchase=cs_of_nobody");
        assertThat(owner.find(".refusal")).containsText("no such checkout session");
        owner.page().getByLabel("or another amount").fill("7,50");
        owner.page().getByText("Continue to payment").click();
        assertThat(owner.find(".buy .refusal")).containsText("amount (USD)");
        owner.requireAccessible();
    }

    /** The page was open before the role was another, or the session over. */
    @Test
    void aFormThatIsNoLongerAllowedSaysWhy() throws Exception {
        String member = "/organizations/org_acme/members/usr_adam";
        try (Visitor admin = visitors.visitToBeRefused("usr_adam")) {
            admin.go(ACME + "/billing");
            up.call("PATCH", member, "{\"roleKey\":\"developer\"}");
            admin.page().getByText("Continue to payment").click();
            assertThat(admin.find(".buy .refusal")).containsText("Your role does not include this");
            up.call("PATCH", member, "{\"roleKey\":\"admin\"}");

            admin.page().context().clearCookies();
            admin.page().getByText("Continue to payment").click();
            admin.page().waitForURL("**/sign-in");
        }
    }

    @Test
    void pagesBesideTheMainOnesAreForEverybodyToo() {
        Visitor operator = visitors.visit(OPERATOR);
        for (String path : List.of("/operator", "/operator/reviews", "/sign-in")) {
            operator.go(path);
            operator.requireAccessible();
        }
    }

    private static void host(Visitor person, String name, int number) {
        person.page().getByLabel("Name").fill(name);
        person.page().getByLabel("Slug").fill("server-" + number);
        person.page().getByText("Host it").click();
    }

    @Test
    @Order(7)
    void aKeyIsShownOnceAndCopied() {
        Visitor owner = visitors.visit(
                OWNER, new Browser.NewContextOptions().setPermissions(List.of("clipboard-read", "clipboard-write")));
        owner.go(ACME + "/api-keys");
        owner.page().getByLabel("Name").fill("Deploy pipeline");
        owner.page().getByText("Make it").click();
        String key = owner.find("#new-key").textContent();
        assertThat(key).startsWith("mcpstack_sk_");
        owner.page()
                .getByText("Copy", new Page.GetByTextOptions().setExact(true))
                .click();
        assertThat(owner.page().getByText("Copied")).isVisible();
        assertThat(owner.page().evaluate("() => navigator.clipboard.readText()"))
                .isEqualTo(key);
        assertThat(owner.find("#key-list")).containsText("Deploy pipeline");

        owner.page().reload();
        assertThat(owner.page().content()).doesNotContain(key);
    }

    @Test
    @Order(8)
    void budgetsAreEditedAndShowAsBars() {
        Visitor owner = visitors.visit(OWNER);
        owner.go(ACME + "/agents/ag_support");
        owner.page().getByLabel("Agent, USD a month").fill("40");
        owner.page().getByLabel("Each external user, USD a month").fill("15");
        owner.page().getByLabel("Anonymous calls, USD a month").fill("10");
        owner.page().getByText("Save budgets").click();
        assertThat(owner.find(".notice")).containsText("saved");
        assertThat(owner.find("#layers meter")).hasCount(2);

        owner.page().getByLabel("Agent, USD a month").fill("a lot");
        owner.page().getByText("Save budgets").click();
        assertThat(owner.find("#budgets .refusal")).containsText("monthly budget (USD)");

        owner.page().getByLabel("Monthly limit of user_ada, in USD").fill("25");
        owner.find("#users tr:has-text('user_ada') button").click();
        assertThat(owner.find("#users tr:has-text('user_ada')")).containsText("their own");
        owner.go(ACME + "/audit-log");
        assertThat(owner.find("tbody")).containsText("External user budget changed");
    }

    @Test
    @Order(9)
    void whatWouldRunStaysText() throws Exception {
        send("org_globex", List.of(hostileEvent()));
        Visitor owner = visitors.visit(BOTH);
        owner.go(GLOBEX + "/servers");
        host(owner, HOSTILE, 1);
        assertThat(owner.find("tbody")).containsText(HOSTILE);
        owner.go(GLOBEX + "/api-keys");
        owner.page().getByLabel("Name").fill(HOSTILE);
        owner.page().getByLabel("Description").fill(HOSTILE);
        owner.page().getByText("Make it").click();
        assertThat(owner.find("#made-answer")).containsText(HOSTILE);
        assertThat(owner.find("#key-list")).containsText(HOSTILE);
        await().atMost(PATIENCE).until(() -> {
            owner.go(GLOBEX + "/agents/ag_concierge");
            return owner.find("#users").textContent().contains(HOSTILE);
        });
        for (String page :
                List.of("/agents/ag_concierge", "/servers", "/api-keys", "/audit-log", "/billing?tab=usage")) {
            owner.go(GLOBEX + page);
            assertThat(owner.page()).not().hasTitle("run");
            assertThat(owner.find("main img, main script")).hasCount(0);
        }
    }

    /** Of an external user whose name would run. */
    private static String hostileEvent() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        return event(now, "hostile", "gpt-4o-mini", 100)
                .replace("org_acme", "org_globex")
                .replace("ag_support", "ag_concierge")
                .replace("user_ada", HOSTILE.replace("\"", "\\\""));
    }

    /** Of a time too far ahead when it came, and near enough when it is sent back. */
    @Test
    @Order(10)
    void anOperatorReplaysADeadLetterAndSeesItDebited() throws Exception {
        Instant time = Instant.now().plus(FUTURE_MAX).plusSeconds(4);
        send("org_acme", List.of(event(time, "early", "gpt-4o-mini", 7_777)));
        Visitor operator = visitors.visit(OPERATOR);
        operator.go("/operator/topics");
        assertThat(operator.find("tr:has-text('usage-consumer')").first()).containsText("agent.usage.v1");
        await().atMost(PATIENCE).until(() -> {
            operator.go("/operator/dead-letters?reason=time_out_of_range");
            return operator.find("tbody tr").count() == 1;
        });
        operator.requireAccessible();
        operator.find("tbody a").click();
        assertThat(operator.find(".bytes")).containsText("\"id\":\"early\"");
        operator.requireAccessible();
        await().atMost(PATIENCE).until(() -> Instant.now().plus(FUTURE_MAX).isAfter(time));

        operator.page().getByLabel("Why?").fill("its time is near enough now");
        operator.page()
                .getByText("Send it back", new Page.GetByTextOptions().setExact(true))
                .last()
                .click();
        assertThat(operator.find("#replayed")).containsText("1 sent back");

        await().atMost(PATIENCE).until(() -> {
            operator.go(ACME + "/billing?tab=usage&agentId=ag_support&externalUserId=user_ada");
            return operator.find("tr:has-text('7,777')").count() == 1;
        });
    }

    @Test
    @Order(11)
    void everyPageIsForEverybodyInLightDarkAndOnAPhone() throws IOException {
        PageLooks.check(visitors.visit(BOTH, new Browser.NewContextOptions().setReducedMotion(ReducedMotion.REDUCE)));
    }

    private static double dollars(Locator amount) {
        return Double.parseDouble(amount.textContent().replace("−", "-").replaceAll("[$,\\s]", ""));
    }
}
