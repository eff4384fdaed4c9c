package dev.aicredits.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.PageClient;
import dev.aicredits.api.TestIssuer;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.testkit.RunningApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignInTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();

    private final TestOrganization own = SYSTEM.organization();
    private final String billing = "/settings/" + own.id() + "/billing";

    @Test
    void aPersonComesBackFromTheProviderToThePageTheyWanted() {
        PageClient browser = SYSTEM.browser();
        assertThat(browser.get(billing).header("Location")).endsWith("/sign-in");

        browser.signIn(own.member(Role.OWNER));

        assertThat(browser.get(billing).status()).isEqualTo(200);
        assertThat(browser.get(billing).body()).contains("Name of " + own.id(), "Buy credits");
    }

    @Test
    void aProviderThatIsNoneIsNotFound() {
        for (String path : List.of("/sign-in/with/unknown", "/sign-in/with/oidc/more", "/sign-in/with/OIDC")) {
            PageClient.Answer answer = SYSTEM.browser().get(path);
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.body()).as(path).contains("\"code\":\"not_found\"");
        }
        assertThat(SYSTEM.browser().get("/sign-in/with/oidc").status()).isEqualTo(302);
    }

    @Test
    void whileTheProviderIsAwayTheProcessStartsAndThePageSaysSo() throws IOException {
        int port = unusedPort();
        try (RunningApplication process = SYSTEM.startBeside("http://127.0.0.1:" + port)) {
            PageClient browser = SYSTEM.browserOf(process);
            assertThat(browser.get("/sign-in").body()).contains("Continue with").doesNotContain("away for now");
            assertAway(browser.get("/sign-in/with/oidc"));

            String callback;
            PageClient other = SYSTEM.browserOf(process);
            String othersCallback;
            try (TestIssuer provider = TestIssuer.startOn(port)) {
                assertThat(browser.get("/sign-in/with/oidc").header("Location"))
                        .startsWith(provider.url() + "/authorize?");
                callback = callback(browser);
                othersCallback = callback(other);
            }
            assertAway(browser.get(callback));
            assertThat(browser.get(callback).header("Location"))
                    .as("a state that was used")
                    .endsWith("/sign-in?failed");
            try (ServerSocket takesCallsAndSaysNothing = new ServerSocket(port)) {
                assertThat(takesCallsAndSaysNothing.isBound()).isTrue();
                assertAway(other.get(othersCallback));
            }
        }
    }

    @Test
    void aCodeThatTheProviderRefusesSignsNobodyIn() {
        PageClient browser = SYSTEM.browser();

        PageClient.Answer refused = browser.get(callback(browser));

        assertThat(refused.status()).as(refused.body()).isEqualTo(302);
        assertThat(refused.header("Location")).endsWith("/sign-in?failed");
        assertThat(browser.get("/sign-in?failed").body()).contains("did not sign you in");
    }

    /** Where the provider would send the browser back to, with a code that it never gave. */
    private static String callback(PageClient browser) {
        String there = browser.get("/sign-in/with/oidc").header("Location");
        return "/login/oauth2/code/oidc?code=any&state=" + there.replaceFirst(".*&state=([^&]*).*", "$1");
    }

    private static int unusedPort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertAway(PageClient.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("5");
        assertThat(answer.header("Content-Type")).startsWith("text/html");
        assertThat(answer.body())
                .contains("sign-in is away for now", "Continue with")
                .doesNotContain("Exception", "127.0.0.1");
    }

    @Test
    void aSessionBegunBeforeTheSignInIsNobodys() {
        PageClient browser = SYSTEM.browser();
        browser.get("/sign-in/with/oidc");
        String before = browser.cookie();

        browser.signIn(own.member(Role.OWNER));

        assertThat(browser.cookie()).isNotEqualTo(before).isNotEmpty();
        assertThat(SYSTEM.browser().get(billing, "Cookie", before).status()).isEqualTo(302);
        assertThat(SYSTEM.browser().get(billing, "Cookie", browser.cookie()).status())
                .isEqualTo(200);
    }

    @Test
    void signingOutEndsTheSession() {
        PageClient browser = SYSTEM.browser().signIn(own.member(Role.OWNER));
        String session = browser.cookie();

        assertThat(browser.post("/sign-out").header("Location")).endsWith("/sign-in");

        assertThat(SYSTEM.browser().get(billing, "Cookie", session).status()).isEqualTo(302);
    }

    @Test
    void theCookieIsOutOfScriptsAndOtherSitesReach() {
        String cookie = SYSTEM.browser().get("/sign-in/with/oidc").header("Set-Cookie");
        assertThat(cookie).contains("HttpOnly").contains("SameSite=Lax").contains("Path=/");
    }

    @Test
    void theDemosChoiceIsNotServedUnlessItIsSet() {
        PageClient browser = SYSTEM.browser();
        assertThat(browser.get("/sign-in").body()).doesNotContain("principalId").contains("Continue with");

        browser.signIn(own.member(Role.VIEWER));
        assertThat(browser.post("/sign-in/demo", "principalId", own.member(Role.OWNER))
                        .status())
                .isEqualTo(404);
        assertThat(browser.get(billing).status()).isEqualTo(403);
    }

    @Test
    void aFormWithoutTheTokenOfItsPageChangesNothing() {
        PageClient browser = SYSTEM.browser().signIn(own.member(Role.OWNER));
        String servers = "/settings/" + own.id() + "/servers";
        assertThat(browser.postWith("forged", servers, "name", "forged").status())
                .isEqualTo(403);
        assertThat(browser.get(servers).body()).doesNotContain("forged");

        assertThat(browser.post(servers, "name", "meant").status()).isEqualTo(303);
        assertThat(browser.get(servers).body()).contains("meant");
    }

    @Test
    void aSessionIsNoCredentialOfTheApi() {
        PageClient browser = SYSTEM.browser().signIn(own.member(Role.OWNER));
        assertThat(browser.get(own.path("/ai-credits/summary")).status()).isEqualTo(401);
    }

    @Test
    void noScriptButOursMayRun() {
        String policy = SYSTEM.browser().get("/sign-in").header("Content-Security-Policy");
        assertThat(policy)
                .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'")
                .doesNotContain("unsafe", "http:", "https:", "*");
    }

    @Test
    void aPartOfAPageIsToldToSignInWhenTheSessionIsOver() {
        PageClient.Answer part = SYSTEM.browser().get(billing + "/summary", "HX-Request", "true");
        assertThat(part.status()).isEqualTo(200);
        assertThat(part.header("HX-Redirect")).isEqualTo("/sign-in");
        assertThat(part.body()).isEmpty();
    }

    @Test
    void aPartOfAPageIsNotWhereTheSignInLeads() {
        PageClient browser = SYSTEM.browser();
        browser.get(billing);
        browser.get(billing + "/summary", "HX-Request", "true");

        assertThat(browser.comeBack(own.member(Role.OWNER)).header("Location"))
                .contains(billing)
                .doesNotContain("/summary");
    }
}
