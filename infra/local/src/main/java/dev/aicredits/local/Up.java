package dev.aicredits.local;

import dev.aicredits.embedded.StartupFailure;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code infra/up}: starts everything in this JVM and runs until it is told to stop. */
@Command(
        name = "infra/up",
        sortOptions = false,
        usageHelpWidth = 110,
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        description = {
            "Runs AI Credits in one process on loopback: PostgreSQL, Kafka, a local stand-in for Stripe, the services, two"
                    + " demo organizations and a simulated agent platform that uses credits. Builds first if sources have"
                    + " changed."
        },
        footer = {
            "It is up when it prints a line that begins with Ready. By then demo.env in the data folder has what a client"
                    + " needs:",
            "  source infra/.data/demo.env",
            "  KAFKA_BOOTSTRAP_SERVERS, DATABASE_URL (reads the ledger's views), LOCAL_STRIPE_URL (where there is one)",
            "  AICREDITS_URL (the API and the pages), AICREDITS_API_KEY (may everything)",
            "  MCPSTACK_API_URL, MCPSTACK_ORG_ID, MCPSTACK_API_KEY (an owner's): what mcpstack takes",
            "  MCPSTACK_ADMIN_API_KEY, MCPSTACK_DEVELOPER_API_KEY, MCPSTACK_VIEWER_API_KEY: of that organization",
            "  MCPSTACK_OTHER_ORG_ID, MCPSTACK_OTHER_API_KEY: another, and its owner's; MCPSTACK_OPERATOR_API_KEY",
            "",
            "On a terminal a status line tells each second: events booked a second, USD debited since the start, org_acme's"
                    + " balance, the consumer's lag, dead letters since the start.",
            "",
            "Ctrl-C or SIGTERM stops it in seconds. Nothing that was acknowledged is lost, not even by kill -9: start again"
                    + " to go on. Delete the data folder to begin anew.",
            "",
            "Beside it, each with --help:",
            "  infra/kafka       Kafka's console tools",
            "  infra/sql         queries",
            "  infra/audit       recomputes the ledger",
            "  infra/reconcile   where Stripe, orders and ledger differ over a period",
            "  infra/archive     moves closed months to files, and back",
            "  infra/drill       tries what operators are promised, on processes of its own",
            "",
            "With STRIPE_API_KEY (of the test mode) and STRIPE_WEBHOOK_SECRET the services use Stripe itself.",
            "Environment: JAVA_HOME chooses the JDK (17 or newer); AICREDITS_JVM_OPTIONS goes to the JVM.",
            "Exit codes: 1 it could not start or go on, 2 wrong options, 130 Ctrl-C, 143 SIGTERM."
        })
public final class Up implements Callable<Integer> {
    private static final int FAILED = 1;

    @Mixin
    private final UpOptions options = new UpOptions();

    private Up() {}

    /** Arguments as {@code infra/up --help} documents them. */
    public static void main(String[] arguments) {
        int exitCode = commandLine().execute(arguments);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    static CommandLine commandLine() {
        return OneLineErrors.commandLine(new Up());
    }

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = Terminal.ofThisProcess();
        Running running = new Running(terminal);
        Runtime.getRuntime().addShutdownHook(new Thread(running::close, "stop"));
        Path logFile = null;
        try {
            DataHome home = running.start(Running.Part.DATA_FOLDER, () -> DataHome.open(options.data()));
            logFile = home.logFile();
            Logs.start(logFile);
            new LocalSystem(options, home, running, terminal, System.getenv(), Clock.systemUTC()).start();
            if (options.scenario() != null) {
                running.close();
                return 0;
            }
            new CountDownLatch(1).await();
            return 0;
        } catch (Running.StoppingException e) {
            // A signal came first: the hook stops what was started, and sets the exit code.
            new CountDownLatch(1).await();
            return FAILED;
        } catch (StartupFailure e) {
            running.close();
            System.err.println("infra/up: " + e.getMessage());
        } catch (RuntimeException e) {
            if (logFile != null) {
                LoggerFactory.getLogger(Up.class).error("could not start", e);
            }
            running.close();
            System.err.println("infra/up: " + FailureSentence.of(e, options, logFile));
        }
        return FAILED;
    }
}
