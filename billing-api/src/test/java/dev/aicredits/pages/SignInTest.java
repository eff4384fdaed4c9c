package dev.aicredits.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.PageClient;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.ledger.Member.Role;
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
}
