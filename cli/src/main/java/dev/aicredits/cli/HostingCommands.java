package dev.aicredits.cli;

import static dev.aicredits.cli.Column.cents;
import static dev.aicredits.cli.Column.count;
import static dev.aicredits.cli.Column.text;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mcpstack hosting}. */
@Command(name = "hosting", description = "The hosting plan, and what is used of it.")
final class HostingCommands {

    private static final Layout USAGE = Layout.ofObject(
                    text("Plan", "planName"),
                    text("Plan key", "planKey"),
                    count("Hosted servers used", "hostedServersUsed"),
                    count("Hosted servers limit", "hostedServersLimit"),
                    text("Unlimited", "hostedServersUnlimited"),
                    count("Override", "override.hostedServersLimit"),
                    text("Override until", "override.until"),
                    text("Override reason", "override.reason"),
                    text("Override counts", "override.active"),
                    count("Tool calls this month", "toolCallsThisMonth"),
                    count("Tool calls included", "includedToolCalls"),
                    text("Billing", "billing"),
                    text("Invoice", "invoice.invoiceId"),
                    text("Invoice status", "invoice.status"),
                    cents("Invoice due", "invoice.amountDueCents"),
                    cents("Invoice paid", "invoice.amountPaidCents"),
                    text("Invoice due on", "invoice.dueOn"))
            .and("Plans", "plans", PlanCommands.COLUMNS);

    private final Session session;

    HostingCommands(Session session) {
        this.session = session;
    }

    @Command(name = "usage", description = "Hosted servers used and their limit, or the state of the invoice.")
    void usage(@Mixin Output output) {
        session.show(session.ofOrganization("mcp-hosting", "usage"), USAGE, output);
    }
}
