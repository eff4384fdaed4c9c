package dev.aicredits.cli;

import static dev.aicredits.cli.Column.text;
import static dev.aicredits.cli.Column.usd;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcpstack agents budget}. */
@Command(name = "budget", description = "Monthly budgets of an agent and its external users.")
final class BudgetCommands {

    /** What an exhausted budget does. */
    enum Mode {
        hard_block,
        alert_only
    }

    private static final Layout POLICY = Layout.ofObject(
            text("Enabled", "enabled"),
            text("Enforcement", "enforcementMode"),
            usd("Monthly budget", "monthlyBudgetUsd"),
            usd("Default user budget", "defaultUserBudgetUsd"),
            usd("Anonymous budget", "anonymousMonthlyBudgetUsd"));

    private static final Layout SNAPSHOT = Layout.ofObject(
            text("External user", "externalUserId"),
            text("Name", "displayName"),
            text("Identity", "identityType"),
            text("Status", "status"),
            text("Enabled", "enabled"),
            text("Month from", "windowStartUtc"),
            text("Month to", "windowEndUtc"),
            usd("Left in all", "effectiveRemainingUsd"),
            text("User budget source", "budgetSource"),
            usd("User budget", "userMonthlyBudgetUsd"),
            usd("User spent", "userCurrentMonthSpendUsd"),
            usd("User left", "userRemainingBudgetUsd"),
            usd("Agent budget", "agentMonthlyBudgetUsd"),
            usd("Agent spent", "agentCurrentMonthSpendUsd"),
            usd("Agent left", "agentRemainingBudgetUsd"),
            usd("Organization's credits", "organizationCreditsRemainingUsd"));

    private final Session session;

    BudgetCommands(Session session) {
        this.session = session;
    }

    @Command(
            name = "defaults",
            description = "Changes an agent's budget policy. What is not named stays; a budget of none is taken away.")
    void defaults(
            @Parameters(paramLabel = "<agent>", description = "The agent's id.") String agent,
            @Option(
                            names = "--monthly",
                            paramLabel = "<usd>",
                            description = "For all that the agent spends in a month.")
                    @Nullable Budget monthly,
            @Option(
                            names = "--default-user",
                            paramLabel = "<usd>",
                            description = "For each external user without a budget of their own.")
                    @Nullable Budget defaultUser,
            @Option(
                            names = "--anonymous",
                            paramLabel = "<usd>",
                            description = "For all calls without an external user, together.")
                    @Nullable Budget anonymous,
            @Option(
                            names = "--mode",
                            paramLabel = "<mode>",
                            description = "hard_block stops at the limit, alert_only only signals.")
                    @Nullable Mode mode,
            @Option(
                            names = "--enabled",
                            paramLabel = "<true|false>",
                            arity = "1",
                            description = "Whether the agent's budgets count at all.")
                    @Nullable Boolean enabled,
            @Mixin Output output) {
        Json.Members change = Json.object();
        change = enabled == null ? change : change.with("enabled", new Json.Bool(enabled));
        change = with(change, "monthlyBudgetUsd", monthly);
        change = with(change, "defaultUserBudgetUsd", defaultUser);
        change = with(change, "anonymousMonthlyBudgetUsd", anonymous);
        change = mode == null ? change : change.with("enforcementMode", new Json.Text(mode.name()));
        if (change.values().isEmpty()) {
            throw new Failure(ExitCode.USAGE, "nothing to change: name a budget, --mode or --enabled");
        }
        change = change.with("currency", new Json.Text("USD"));
        Route route = session.ofOrganization("agents", agent, "budget");
        session.print(session.api().send("PATCH", route, change), POLICY, output);
    }

    @Command(name = "get", description = "What is left for an external user of an agent, or for anonymous calls.")
    void get(
            @Parameters(paramLabel = "<agent>", description = "The agent's id.") String agent,
            @Parameters(
                            paramLabel = "<external user>",
                            arity = "0..1",
                            description = "The external user's id; left out for anonymous calls.")
                    @Nullable String user,
            @Mixin Output output) {
        Route route = user == null ? Route.of("agents", agent, "budget") : ofUser(agent, user);
        session.show(route, SNAPSHOT, output);
    }

    @Command(name = "set", description = "Gives an external user of an agent a monthly budget of their own.")
    void set(
            @Parameters(paramLabel = "<agent>", description = "The agent's id.") String agent,
            @Parameters(paramLabel = "<external user>", description = "The external user's id.") String user,
            @Option(names = "--monthly", required = true, paramLabel = "<usd>", description = "How much, in a month.")
                    Usd monthly,
            @Mixin Output output) {
        Json budget = Json.object().with("monthlyBudgetUsd", Json.amount(monthly.amount()));
        session.print(session.api().send("PUT", ofUser(agent, user), budget), SNAPSHOT, output);
    }

    @Command(
            name = "delete",
            description = "Takes an external user's own budget away; the agent's default counts then.")
    void delete(
            @Parameters(paramLabel = "<agent>", description = "The agent's id.") String agent,
            @Parameters(paramLabel = "<external user>", description = "The external user's id.") String user) {
        session.api().send("DELETE", ofUser(agent, user), null);
        session.done("The budget of " + user + " is deleted.");
    }

    private Route ofUser(String agent, String user) {
        return session.ofOrganization("agents", agent, "external-users", user, "budget");
    }

    private static Json.Members with(Json.Members change, String name, @Nullable Budget budget) {
        return budget == null ? change : change.with(name, budget.json());
    }
}
