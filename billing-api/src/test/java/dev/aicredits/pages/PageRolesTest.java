package dev.aicredits.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.access.Grant;
import dev.aicredits.access.RoleGrants;
import dev.aicredits.access.Routes.Route;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.PageClient;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.Member.Role;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every page and every form there is, with every role: what a role may not do is refused, and said in words. */
class PageRolesTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();

    private final TestOrganization own = SYSTEM.organization();
    private final TestOrganization other = SYSTEM.organization();
    private final String agent = "ag_" + own.id();
    private final List<String> wrong = new ArrayList<>();

    PageRolesTest() {
        new JdbcOrganizations(SYSTEM.app(), Clock.systemUTC()).registerAgent(own.id(), agent, "Agent", null);
    }

    @Test
    void eachRoleIsLetInWhereItsGrantsAre() {
        for (Role role : Role.values()) {
            PageClient browser = SYSTEM.browser().signIn(own.member(role));
            SYSTEM.pageRoutes().forEach(route -> expect(route, browser, role.key(), may(route, RoleGrants.of(role))));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void anOperatorIsLetInToLookAndToOperate() {
        PageClient browser = SYSTEM.browser().signIn(ApiSystem.OPERATOR);
        SYSTEM.pageRoutes()
                .forEach(route -> expect(route, browser, "an operator", may(route, RoleGrants.ofOperator())));
        assertThat(wrong).isEmpty();
    }

    @Test
    void anotherOrganizationsPagesAreNotThere() {
        PageClient stranger = SYSTEM.browser().signIn(other.member(Role.OWNER));
        for (Route route : SYSTEM.pageRoutes()) {
            if (route.path().contains("{organizationId}") && route.grant() != Grant.OPERATE) {
                int status = send(route, stranger).status();
                if (status != 404) {
                    wrong.add(route + ": " + status);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void whoIsNotSignedInIsSentToSignIn() {
        for (Route route : SYSTEM.pageRoutes()) {
            if (route.grant() != Grant.PUBLIC && route.method().equals("GET")) {
                PageClient.Answer answer = send(route, SYSTEM.browser());
                assertThat(answer.status()).as(route.toString()).isEqualTo(302);
                assertThat(answer.header("Location")).endsWith("/sign-in");
            }
        }
    }

    private static boolean may(Route route, Set<Grant> grants) {
        return route.grant() == Grant.PUBLIC || route.grant() == Grant.SIGNED_IN || grants.contains(route.grant());
    }

    private void expect(Route route, PageClient browser, String who, boolean may) {
        PageClient.Answer answer = send(route, browser);
        boolean refused = answer.status() == 403;
        if (refused == may || answer.status() == 401 || answer.status() == 500) {
            wrong.add(route + " for " + who + ": " + answer.status());
        }
        boolean read = !route.path().endsWith("/stream");
        if (refused && read && !answer.body().contains("Your role does not include this")) {
            wrong.add(route + " for " + who + " is not explained");
        }
    }

    /** With ids that nothing has and no fields, so that what is let in changes nothing. */
    private PageClient.Answer send(Route route, PageClient browser) {
        String path = route.path()
                .replace("{organizationId}", own.id())
                .replace("{agentId}", agent)
                .replaceAll("\\{\\w+}", "none");
        return route.method().equals("GET") ? browser.get(path) : browser.post(path);
    }
}
