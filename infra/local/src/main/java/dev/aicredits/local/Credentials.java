package dev.aicredits.local;

import dev.aicredits.embedded.StartupFailure;
import dev.aicredits.schema.JdbcRoles;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The passwords of the database's roles: made once, kept in a private file of the data folder. */
final class Credentials {
    private Credentials() {}

    /** Those of {@code home}, made if it has none. */
    static JdbcRoles.Passwords of(DataHome home) {
        if (!Files.exists(home.path().resolve(DataHome.PASSWORDS))) {
            home.writePrivate(
                    DataHome.PASSWORDS,
                    "owner=" + RandomText.password() + "\napp=" + RandomText.password() + "\nreader="
                            + RandomText.password() + "\n");
        }
        return read(home.path());
    }

    /** Those that an {@code infra/up} left in {@code data}. */
    static JdbcRoles.Passwords read(Path data) {
        Path file = data.resolve(DataHome.PASSWORDS);
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw StartupFailure.of(file, e);
        }
        return new JdbcRoles.Passwords(
                required(properties, "owner", file),
                required(properties, "app", file),
                required(properties, "reader", file));
    }

    private static String required(Properties properties, String role, Path file) {
        String password = properties.getProperty(role);
        if (password == null) {
            throw new StartupFailure(file + " has no password for " + role + ": delete the file, a new one is made");
        }
        return password;
    }
}
