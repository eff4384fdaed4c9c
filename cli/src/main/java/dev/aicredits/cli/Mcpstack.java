package dev.aicredits.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code mcpstack}: the billing API on a command line. */
@Command(
        name = "mcpstack",
        description = "Credits, agents, budgets and plans of your organization.",
        versionProvider = Mcpstack.Version.class,
        footer = {
            "",
            "Environment:",
            "  MCPSTACK_API_URL  the API's URL",
            "  MCPSTACK_API_KEY  your key",
            "  MCPSTACK_ORG_ID   the organization; left out, your first",
            "",
            "Ends with 0 done, 1 the answer is a no, 2 asked wrongly, 3 not authenticated, 4 forbidden, 5 not found,"
                    + " 6 conflict, 7 budget or credits exhausted, 8 too many requests, 9 no proper answer,"
                    + " 10 still pending.",
        })
final class Mcpstack {

    /** Set by bin/mcpstack where standard error is a terminal. */
    private static final String TERMINAL = "mcpstack.terminal";

    private static final Layout WHOAMI = Layout.ofObject(
                    Column.text("Principal", "principalId"),
                    Column.text("Kind", "kind"),
                    Column.text("Name", "displayName"),
                    Column.text("Email", "email"),
                    Column.text("Operator", "operator"))
            .and("Organizations", "organizations", OrganizationCommands.COLUMNS);

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Prints this and does nothing else.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Prints the version.")
    boolean version;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Session session;

    private Mcpstack(Session session) {
        this.session = session;
    }

    public static void main(String[] arguments) {
        int exitCode = run(
                arguments,
                System.getenv(),
                // Not System.out: it swallows what can't be written.
                new FileOutputStream(FileDescriptor.out),
                System.err,
                Boolean.getBoolean(TERMINAL),
                Limits.USUAL);
        // Threads of a call that was given up are still there.
        System.exit(exitCode);
    }

    /** Runs a command and returns its exit code. */
    static int run(
            String[] arguments,
            Map<String, String> environment,
            OutputStream output,
            OutputStream errors,
            boolean terminal,
            Limits limits) {
        OutputWriter out = new OutputWriter(output);
        PrintStream err = new PrintStream(errors, false, StandardCharsets.UTF_8);
        Session session = new Session(environment, out, err, new Progress(err, terminal), limits);
        CommandLine commandLine = commandLine(session)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((exception, given) -> refuse(session, err, exception))
                .setExecutionExceptionHandler((exception, command, parsed) -> fail(session, exception));
        try {
            int exitCode = commandLine.execute(arguments);
            out.flush();
            return exitCode;
        } catch (Failure failure) {
            return fail(session, failure);
        }
    }

    @Command(name = "whoami", description = "Who the key belongs to.")
    void whoami(@Mixin Output output) {
        session.show(Route.of("cli", "whoami"), WHOAMI, output);
    }

    @Command(name = "generate-completion", description = "Prints the completion script for bash and zsh.")
    void generateCompletion() {
        session.print(AutoComplete.bash(spec.name(), spec.commandLine()));
    }

    private static CommandLine commandLine(Session session) {
        return new CommandLine(new Mcpstack(session))
                .addSubcommand(new CommandLine(new AgentCommands(session)).addSubcommand(new BudgetCommands(session)))
                .addSubcommand(new ServerCommands(session))
                .addSubcommand(new CommandLine(new BillingCommands(session))
                        .addSubcommand(new PlanCommands(session))
                        .addSubcommand(new CreditCommands(session)))
                .addSubcommand(new ApiKeyCommands(session))
                .addSubcommand(new OrganizationCommands(session))
                .addSubcommand(new HostingCommands(session))
                .addSubcommand(
                        new CommandLine(new OperatorCommands(session)).addSubcommand(new DeadLetterCommands(session)))
                // A user's id may begin with one.
                .setExpandAtFiles(false)
                .registerConverter(Usd.class, Usd::parse)
                .registerConverter(Budget.class, Budget::parse)
                .registerConverter(Product.class, Mcpstack::product);
    }

    private static Product product(String name) {
        return Arrays.stream(Product.values())
                .filter(product -> product.toString().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new CommandLine.TypeConversionException("'" + name + "' is neither ai-credits nor hosting"));
    }

    private static int refuse(Session session, PrintStream err, ParameterException exception) {
        CommandLine command = exception.getCommandLine();
        String sentence =
                String.valueOf(exception.getMessage()).lines().findFirst().orElse("asked wrongly");
        session.say(sentence + " (see " + command.getCommandSpec().qualifiedName() + " --help)");
        if (!command.getSubcommands().isEmpty()) {
            command.usage(err);
        }
        return ExitCode.USAGE.number();
    }

    /** A defect is named by its type: what it says may hold what was asked or answered. */
    private static int fail(Session session, Exception exception) {
        if (exception instanceof Failure failure) {
            if (failure.exitCode() != ExitCode.OUTPUT_CLOSED) {
                session.say(failure.sentence());
            }
            return failure.exitCode().number();
        }
        session.say("something went wrong in mcpstack itself: "
                + exception.getClass().getSimpleName());
        return ExitCode.UNAVAILABLE.number();
    }

    /** The version, which the jar's manifest has. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Mcpstack.class.getPackage().getImplementationVersion();
            return new String[] {"mcpstack " + (version == null ? "of a working copy" : version)};
        }
    }
}
