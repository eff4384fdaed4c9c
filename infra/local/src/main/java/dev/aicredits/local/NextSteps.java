package dev.aicredits.local;

import dev.aicredits.embedded.Ports;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/** Prints what to try once the system is up: commands that work as pasted, from any folder. */
final class NextSteps {
    private NextSteps() {}

    static void print(Terminal terminal, DataHome home, int port, Clock clock) {
        String infra = quoted(Installation.infra());
        boolean defaultData = home.path().equals(Installation.defaultDataFolder());
        String data = defaultData ? "" : " --data " + quoted(home.path());
        terminal.line("""

                Try, in another terminal:

                  # what a client needs: KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL
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

                  # health and metrics
                  curl -s http://%5$s:%6$d/actuator/health
                """.formatted(infra, quoted(home.demoEnv()), data, event(clock), Ports.LOOPBACK, port));
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
