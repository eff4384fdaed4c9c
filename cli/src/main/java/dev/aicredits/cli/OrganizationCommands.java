package dev.aicredits.cli;

import static dev.aicredits.cli.Column.inCsv;
import static dev.aicredits.cli.Column.text;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mcpstack org}. */
@Command(name = "org", description = "Organizations.")
final class OrganizationCommands {

    static final Column[] COLUMNS = {
        text("Id", "id"),
        text("Name", "name"),
        text("Slug", "slug"),
        text("Plan", "planTier"),
        text("Role", "role"),
        inCsv("roleKey"),
    };

    private final Session session;

    OrganizationCommands(Session session) {
        this.session = session;
    }

    @Command(name = "list", description = "Lists your organizations; the first is meant where none is named.")
    void list(@Mixin Output output) {
        session.show(Route.of("organizations"), Layout.ofList(COLUMNS), output);
    }
}
