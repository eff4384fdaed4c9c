package dev.aicredits.local;

import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/** Prints what to try once the system is up: commands that work as pasted, from any folder. */
final class NextSteps {
    private NextSteps() {}

    /**
     * Prints them.
     *
     * @param scripts the folder of {@code infra/up} and of the commands beside it
     */
    static void print(Terminal terminal, Path scripts, DataHome home, DemoEnv demoEnv, Clock clock) {
        String infra = quoted(scripts);
        boolean defaultData = home.path().equals(Installation.defaultDataFolder());
        String data = defaultData ? "" : " --data " + quoted(home.path());
        terminal.line("""

                Try, in another terminal:

                  # Settings -> Billing in a browser, as whoever you choose to be
                  %5$s/

                  # what a client needs: KAFKA_BOOTSTRAP_SERVERS, DATABASE_URL, AICREDITS_URL, AICREDITS_API_KEY
                  source %2$s

                  # one event in; again, and it is a duplicate that debits nothing
                  echo '%4$s' |
                    %1$s/kafka console-producer --topic agent.usage.v1 \\
                      --reader-property parse.key=true --reader-property 'key.separator=|'

                  # its debit out
                  %1$s/sql "SELECT entry_seq, agent_id, model, amount_usd, balance_after_usd, booked_at
                    FROM ledger_statement WHERE organization_id = 'org_acme' AND model = 'gpt-4o-mini'"

                  # does every balance follow from the entries?
                  %1$s/audit%3$s

                  # the API, with a key for each role in demo.env; a page to try it: %5$s/docs
                  curl -s "$MCPSTACK_API_URL/api/v1/organizations/org_acme/ai-credits/summary" \\
                    -H "Authorization: Bearer $MCPSTACK_API_KEY"

                  # health and metrics
                  curl -s %5$s/actuator/health

                  %6$s
                """.formatted(
                        infra,
                        quoted(home.demoEnv()),
                        data,
                        event(clock),
                        demoEnv.url(),
                        buying(demoEnv).indent(2).strip()));
    }

    /** How credits are bought: by a customer with a browser, or with curl in the customer's place. */
    private static String buying(DemoEnv demoEnv) {
        String start = """
                # buy 50 USD of credits: the answer has the url of the checkout page
                curl -s "$AICREDITS_URL/api/v1/organizations/org_acme/ai-credits/checkout-session" \\
                  -H "Authorization: Bearer $AICREDITS_API_KEY" -H 'Content-Type: application/json' \\
                  -d '{"creditAmountUsd": 50}'
                """;
        return demoEnv.localStripeUrl() == null
                ? start + "# for its webhooks: stripe listen --forward-to " + demoEnv.url() + LocalSystem.WEBHOOK_PATH
                : start + """
                        # pay there, or without a browser; the balance has it a moment later
                        curl -s -X POST "$LOCAL_STRIPE_URL/control/sessions/<sessionId>/pay"
                        # refunds, disputes, lost webhooks, a Stripe that fails: %s
                        """.formatted(demoEnv.localStripeUrl());
    }

    private static String event(Clock clock) {
        return """
                org_acme|{"specversion":"1.0","id":"try-%d","source":"/me","type":"dev.aicredits.agent.usage.v1",\
                "subject":"ag_support","time":"%s","data":{"organizationId":"org_acme","agentId":"ag_support",\
                "externalUserId":"user_ada","kind":"inference","provider":"openai","model":"gpt-4o-mini",\
                "inputTokens":1000,"outputTokens":500}}""".formatted(clock.millis(), clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    /** For a shell; most paths need no quotes. */
    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9_./+@:-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
