package dev.aicredits.local;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code infra/sql}: prints what a query returns, for those who have no psql. */
@Command(
        name = "infra/sql",
        description = "Prints a query's result as a table. Connects to $DATABASE_URL, else to what infra/.data/demo.env"
                + " says, which reads the views: organization_statement, ledger_statement, agent_spend_statement,"
                + " external_user_spend_statement, trial_balance.")
public final class Sql implements Callable<Integer> {
    @Parameters(paramLabel = "<query>", description = "One SQL statement.")
    private String query = "";

    @Option(names = "--help", usageHelp = true, description = "Prints this and does nothing else.")
    boolean help;

    private Sql() {}

    public static void main(String[] arguments) {
        System.exit(OneLineErrors.commandLine(new Sql()).execute(arguments));
    }

    @Override
    public Integer call() {
        @Nullable String url = System.getenv(DemoEnv.DATABASE_URL);
        if (url == null || url.isEmpty()) {
            System.err.println("infra/sql: DATABASE_URL is not set and infra/.data has no demo.env: start infra/up");
            return 1;
        }
        try {
            new JdbcQuery(JdbcQuery.jdbcUrl(url)).run(query).print(System.out);
            return 0;
        } catch (JdbcQuery.FailedException e) {
            System.err.println("infra/sql: " + e.getMessage());
            return 1;
        }
    }
}
