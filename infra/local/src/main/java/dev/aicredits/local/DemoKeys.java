package dev.aicredits.local;

import dev.aicredits.access.ApiKey;
import dev.aicredits.embedded.StartupFailure;
import dev.aicredits.ledger.Member.Role;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Keys that are made once and kept in a private file of the data folder.
 *
 * @param pepper what the API hashes keys under
 * @param person of {@link DemoOrganization#PERSON}: everything in the demo organizations, and an operator
 * @param operator of an operator who is no member of anything
 * @param roles of the first demo organization, one for each role
 * @param other the owner's of the second one
 * @param stripe what the local Stripe takes for its API key
 * @param webhookSecret what it signs events with
 */
record DemoKeys(
        String pepper,
        ApiKey person,
        ApiKey operator,
        Map<Role, ApiKey> roles,
        ApiKey other,
        String stripe,
        String webhookSecret) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Those of {@code home}; what it does not have yet is made and kept. */
    static DemoKeys of(DataHome home) {
        Properties kept = read(home.path().resolve(DataHome.KEYS));
        int before = kept.size();
        Map<Role, ApiKey> roles = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            roles.put(role, key(kept, "api-" + role.key(), () -> ApiKey.random(RANDOM)));
        }
        DemoKeys keys = new DemoKeys(
                kept(kept, "pepper", RandomText::password),
                key(kept, "api-person", () -> ApiKey.randomOfOperator(RANDOM)),
                key(kept, "api-operator", () -> ApiKey.randomOfOperator(RANDOM)),
                roles,
                key(kept, "api-other", () -> ApiKey.random(RANDOM)),
                kept(kept, "stripe", () -> "sk_test_" + RandomText.password()),
                kept(kept, "webhook-secret", () -> "whsec_" + RandomText.password()));
        if (kept.size() != before) {
            home.writePrivate(DataHome.KEYS, content(kept));
        }
        return keys;
    }

    /** The role's key in the first demo organization. */
    ApiKey of(Role role) {
        return Objects.requireNonNull(roles.get(role));
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException e) {
                throw StartupFailure.of(file, e);
            }
        }
        return properties;
    }

    private static String content(Properties kept) {
        return new TreeSet<>(kept.stringPropertyNames())
                .stream()
                        .map(name -> name + "=" + kept.getProperty(name) + "\n")
                        .collect(Collectors.joining());
    }

    private static ApiKey key(Properties kept, String name, Supplier<ApiKey> made) {
        String text = kept(kept, name, () -> made.get().text());
        return ApiKey.parse(text)
                .orElseThrow(() -> new StartupFailure(
                        DataHome.KEYS + " has no key under " + name + ": delete the line, a new one is made"));
    }

    private static String kept(Properties kept, String name, Supplier<String> made) {
        String value = kept.getProperty(name);
        if (value == null) {
            value = made.get();
            kept.setProperty(name, value);
        }
        return value;
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "DemoKeys";
    }
}
