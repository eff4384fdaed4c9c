package dev.aicredits.cli;

import static dev.aicredits.cli.Column.inCsv;
import static dev.aicredits.cli.Column.text;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcpstack api-keys}. */
@Command(name = "api-keys", description = "The organization's API keys.")
final class ApiKeyCommands {

    private static final String KEY_PREFIX = "mcpstack_sk_";

    private static final Layout KEYS = Layout.ofList(
            text("Id", "id"),
            text("Name", "name"),
            text("Role", "roleKey"),
            text("Status", "status"),
            text("Created", "createdOn"),
            text("Expires", "expiresAt"),
            text("Last used", "lastUsedOn"),
            inCsv("description"),
            inCsv("prefix"),
            inCsv("createdBy"),
            inCsv("revokedOn"),
            inCsv("replacesKeyId"));

    private static final Layout NEW_KEY = Layout.ofObject(
            text("Id", "id"),
            text("Name", "name"),
            text("Role", "roleKey"),
            text("Expires", "expiresAt"),
            text("Key", "key"));

    private static final Layout ROLES =
            Layout.ofList(text("Role", "roleKey"), text("Name", "name"), text("Grants", "grants"));

    private final Session session;

    ApiKeyCommands(Session session) {
        this.session = session;
    }

    @Command(name = "list", description = "Lists the keys, without their secrets.")
    void list(@Mixin Output output) {
        session.show(keys(), KEYS, output);
    }

    @Command(name = "roles", description = "Lists the roles that you may give to a key.")
    void roles(@Mixin Output output) {
        session.show(keys().then("roles"), ROLES, output);
    }

    @Command(name = "create", description = "Makes a key and prints it, this once.")
    void create(
            @Parameters(paramLabel = "<name>", description = "What the key is for.") String name,
            @Option(names = "--role", required = true, paramLabel = "<role>", description = "One that roles lists.")
                    String role,
            @Option(names = "--description", paramLabel = "<text>", description = "More about it.") @Nullable String description,
            @Option(names = "--expires", paramLabel = "<time>", description = "When it ends, an RFC 3339 time.")
                    @Nullable String expires,
            @Mixin Output output) {
        Json.Members key = Json.object().with("name", new Json.Text(name)).with("roleKey", new Json.Text(role));
        key = description == null ? key : key.with("description", new Json.Text(description));
        key = expires == null ? key : key.with("expiresAt", new Json.Text(expires));
        session.print(session.api().send("POST", keys(), key), NEW_KEY, output);
        session.say("Keep the key now: it is not shown again.");
    }

    @Command(name = "delete", description = "Revokes a key. It ends at once.")
    void delete(@Parameters(paramLabel = "<key id>", description = "The key's id, not the key.") String keyId) {
        if (keyId.startsWith(KEY_PREFIX)) {
            // A key in a URL would be in every log on the way.
            throw new Failure(ExitCode.USAGE, "that is a key; name its id, which list shows");
        }
        session.api().send("DELETE", keys().then(keyId), null);
        session.done("The key " + keyId + " is revoked.");
    }

    private Route keys() {
        return session.ofOrganization("api-keys");
    }
}
