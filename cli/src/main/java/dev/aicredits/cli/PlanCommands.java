package dev.aicredits.cli;

import static dev.aicredits.cli.Column.cents;
import static dev.aicredits.cli.Column.count;
import static dev.aicredits.cli.Column.text;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mcpstack billing plans}. */
@Command(name = "plans", description = "Hosting plans.")
final class PlanCommands {

    static final Column[] COLUMNS = {
        text("Plan key", "planKey"),
        text("Name", "planName"),
        cents("A month", "monthlyPlatformFeeCents"),
        count("Servers", "hostedServersLimit"),
        text("Unlimited", "hostedServersUnlimited"),
        count("Tool calls", "includedToolCalls"),
    };

    private final Session session;

    PlanCommands(Session session) {
        this.session = session;
    }

    @Command(name = "list", description = "Lists the plans that the organization may choose.")
    void list(@Mixin Output output) {
        session.show(session.ofOrganization("mcp-hosting", "billing", "plans"), Layout.ofList(COLUMNS), output);
    }
}
