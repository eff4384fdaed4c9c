package dev.aicredits.cli;

import static dev.aicredits.cli.Column.inCsv;
import static dev.aicredits.cli.Column.text;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mcpstack servers}. */
@Command(name = "servers", description = "Hosted MCP servers.")
final class ServerCommands {

    private static final Layout SERVERS = Layout.ofList(
            text("Id", "id"),
            text("Name", "name"),
            text("Slug", "slug"),
            text("Runtime", "runtimeType"),
            text("Status", "status"),
            inCsv("kind"),
            inCsv("description"),
            inCsv("createdOn"),
            inCsv("updatedOn"));

    private final Session session;

    ServerCommands(Session session) {
        this.session = session;
    }

    @Command(name = "list", description = "Lists the organization's hosted servers.")
    void list(@Mixin Output output) {
        session.show(session.ofOrganization("mcp-servers"), SERVERS, output);
    }
}
