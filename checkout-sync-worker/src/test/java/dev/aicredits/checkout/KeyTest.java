package dev.aicredits.checkout;

import static dev.aicredits.checkout.SharedWorker.CLIENT;
import static dev.aicredits.checkout.SharedWorker.SYSTEM;
import static dev.aicredits.checkout.SharedWorker.WORKER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Routes;
import dev.aicredits.access.Routes.Route;
import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.ledger.Member.Role;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may start, see and sync, and who may reconcile. */
@ExtendWith(SharedWorker.class)
class KeyTest {

    /** The contract, written by hand. A route that is not here fails: who may call it is to be decided first. */
    private static final String TABLE = """
              +     +       +       +    GET /api/v1/checkout/return
              -     -       -       -    GET /api/v1/operator/reconciliation
              -     -       -       -    POST /api/v1/operator/reconciliation/repairs
              -     -       -       -    GET /api/v1/operator/reviews
              -     -       -       -    POST /api/v1/operator/reviews/{organizationId}/{sessionId}/refusal
              -     -       -       -    POST /api/v1/operator/reviews/{organizationId}/{sessionId}/release
              +     +       -       -    POST /api/v1/organizations/{organizationId}/ai-credits/checkout-session
              +     +       +       -    GET /api/v1/organizations/{organizationId}/ai-credits/checkout-session/{sessionId}/status
              +     +       -       -    POST /api/v1/organizations/{organizationId}/ai-credits/checkout-session/{sessionId}/sync
              +     +       -       -    POST /api/v1/organizations/{organizationId}/mcp-hosting/billing/checkout-session
              +     +       +       -    GET /api/v1/organizations/{organizationId}/mcp-hosting/billing/checkout-session/{sessionId}/status
              +     +       -       -    POST /api/v1/organizations/{organizationId}/mcp-hosting/billing/checkout-session/{sessionId}/sync
              +     +       +       +    POST /api/v1/webhooks/stripe
            """;

    private static final List<Role> COLUMNS = List.of(Role.OWNER, Role.ADMIN, Role.DEVELOPER, Role.VIEWER);

    @Test
    void everyRouteAnswersEachRoleAsTheTableSays() {
        String organization = SYSTEM.organization();
        String stranger = SYSTEM.key(SYSTEM.organization(), Role.OWNER);
        List<String> wrong = new ArrayList<>();
        List<Route> routes = WORKER.bean(Routes.class).all();
        assertThat(routes)
                .extracting(route -> route.method() + " " + route.path())
                .containsExactlyInAnyOrderElementsOf(table().keySet());
        for (Route route : routes) {
            String name = route.method() + " " + route.path();
            for (int i = 0; i < COLUMNS.size(); i++) {
                Answer answer = send(CLIENT, route, organization, SYSTEM.key(organization, COLUMNS.get(i)));
                boolean letIn = answer.status() != 403 && answer.status() != 401 && answer.status() < 500;
                if (letIn != table().get(name).get(i)) {
                    wrong.add(COLUMNS.get(i) + " " + name + ": " + answer.status());
                }
            }
            if (route.grant() == Grant.PUBLIC) {
                continue;
            }
            for (String nobodys : new String[] {null, "another", "Bearer "}) {
                if (send(CLIENT, route, organization, nobodys).status() != 401) {
                    wrong.add("nobody " + name);
                }
            }
            boolean operators = route.grant() == Grant.OPERATE;
            Answer strangers = send(CLIENT, route, organization, stranger);
            if (!strangers.text("code").equals(operators ? "forbidden" : "organization_not_found")
                    && !strangers.text("code").equals("organization_not_found")) {
                wrong.add("a stranger " + name + ": " + strangers.body());
            }
            Answer ofNone = send(CLIENT, route, "org_none", stranger);
            if (!operators
                    && !ofNone.body()
                            .replace("org_none", "")
                            .equals(strangers.body().replace(organization, ""))) {
                wrong.add("a stranger can tell " + name);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(SYSTEM.orders(organization)).isEmpty();
    }

    private static Map<String, List<Boolean>> table() {
        Map<String, List<Boolean>> table = new LinkedHashMap<>();
        for (String line : TABLE.lines().map(String::strip).toList()) {
            List<String> columns = List.of(line.split(" +", COLUMNS.size() + 1));
            table.put(
                    columns.get(COLUMNS.size()),
                    columns.subList(0, COLUMNS.size()).stream().map("+"::equals).toList());
        }
        return table;
    }

    /** Of a session that there is not, with a body that nothing takes: who is let in changes nothing. */
    private static Answer send(CheckoutClient client, Route route, String organization, String key) {
        HttpRequest.Builder request = client.request(
                route.path().replace("{organizationId}", organization).replace("{sessionId}", "cs_x"));
        if (key != null) {
            request.header("Authorization", key.startsWith("Bearer") ? key : "Bearer " + key);
        }
        return client.send(route.method().equals("GET") ? request : request.POST(BodyPublishers.ofString("[]")));
    }
}
