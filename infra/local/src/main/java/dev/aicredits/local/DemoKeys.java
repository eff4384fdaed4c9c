package dev.aicredits.local;

import dev.aicredits.embedded.StartupFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Keys that are made once and kept in a private file of the data folder.
 *
 * @param api what clients of the services show
 * @param stripe what the local Stripe takes for its API key
 * @param webhookSecret what it signs events with
 */
record DemoKeys(String api, String stripe, String webhookSecret) {

    /** Those of {@code home}, made if it has none. */
    static DemoKeys of(DataHome home) {
        if (!Files.exists(home.path().resolve(DataHome.KEYS))) {
            home.writePrivate(
                    DataHome.KEYS,
                    "api=demo_" + RandomText.password() + "\nstripe=sk_test_" + RandomText.password()
                            + "\nwebhook-secret=whsec_" + RandomText.password() + "\n");
        }
        Path file = home.path().resolve(DataHome.KEYS);
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw StartupFailure.of(file, e);
        }
        return new DemoKeys(
                required(properties, "api", file),
                required(properties, "stripe", file),
                required(properties, "webhook-secret", file));
    }

    private static String required(Properties properties, String name, Path file) {
        String key = properties.getProperty(name);
        if (key == null) {
            throw new StartupFailure(file + " has no key " + name + ": delete the file, a new one is made");
        }
        return key;
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "DemoKeys";
    }
}
