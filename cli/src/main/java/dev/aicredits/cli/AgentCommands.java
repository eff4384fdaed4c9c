package dev.aicredits.cli;

import static dev.aicredits.cli.Column.count;
import static dev.aicredits.cli.Column.text;
import static dev.aicredits.cli.Column.usd;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcpstack agents}. */
@Command(name = "agents", description = "Agents, what they spend, and their budgets.")
final class AgentCommands {

    private static final Layout AGENTS =
            Layout.ofList(text("Id", "id"), text("Name", "name"), text("Model", "model"), text("Status", "status"));

    private static final Layout USAGE = Layout.ofObject(
                    text("Agent", "agentId"),
                    text("Name", "name"),
                    text("Model", "model"),
                    text("Status", "status"),
                    text("Stopped by", "stop.reason"),
                    text("Stopped since", "stop.since"),
                    text("Month from", "windowStartUtc"),
                    text("Month to", "windowEndUtc"),
                    usd("Spent this month", "currentMonthSpendUsd"),
                    count("Calls this month", "currentMonthCalls"),
                    usd("Anonymous this month", "anonymousCurrentMonthSpendUsd"),
                    text("Budgets enabled", "budget.enabled"),
                    text("Enforcement", "budget.enforcementMode"),
                    usd("Monthly budget", "budget.monthlyBudgetUsd"),
                    usd("Budget left", "budget.remainingUsd"),
                    count("Budget used, percent", "budget.usedPercent"),
                    usd("Default user budget", "budget.defaultUserBudgetUsd"),
                    usd("Anonymous budget", "budget.anonymousMonthlyBudgetUsd"),
                    count("Days below", "days"),
                    usd("Spent in these days", "spendUsd"))
            .and(
                    "External users this month",
                    "externalUsers",
                    text("User", "externalUserId"),
                    text("Name", "displayName"),
                    usd("Spent", "currentMonthSpendUsd"),
                    count("Calls", "currentMonthCalls"),
                    text("Budget source", "budgetSource"),
                    usd("Budget", "monthlyBudgetUsd"),
                    usd("Left", "remainingUsd"),
                    text("Status", "status"))
            .and("By day", "spendByDay", text("Day", "day"), usd("Spent", "spendUsd"), count("Calls", "calls"))
            .and(
                    "By model",
                    "spendByModel",
                    text("Kind", "usageKind"),
                    text("Provider", "provider"),
                    text("Model", "model"),
                    text("Unit", "unit"),
                    usd("Spent", "spendUsd"),
                    count("Calls", "calls"))
            .and(
                    "Recent calls",
                    "recentCalls",
                    text("Occurred", "occurredOn"),
                    text("User", "externalUserId"),
                    text("Model", "model"),
                    count("Input", "inputTokens"),
                    count("Cached", "cachedInputTokens"),
                    count("Output", "outputTokens"),
                    usd("Amount", "amountUsd"));

    private final Session session;

    AgentCommands(Session session) {
        this.session = session;
    }

    @Command(name = "list", description = "Lists the organization's agents, and whether they are stopped.")
    void list(@Mixin Output output) {
        session.show(session.ofOrganization("agents"), AGENTS, output);
    }

    @Command(
            name = "usage",
            description =
                    "What an agent spent this month and in the last days, by day, model and external user, against"
                            + " its budgets.")
    void usage(
            @Parameters(paramLabel = "<agent>", description = "The agent's id.") String agent,
            @Option(names = "--days", paramLabel = "<n>", description = "How many days, up to today; 30 if left out.")
                    @Nullable Integer days,
            @Mixin Output output) {
        session.show(session.ofOrganization("agents", agent, "usage").with("days", days), USAGE, output);
    }
}
