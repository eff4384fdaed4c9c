package dev.aicredits.local;

import dev.aicredits.embedded.StartupFailure;
import dev.aicredits.ledger.Member.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a client needs, as lines that a shell sources.
 *
 * @param databaseUrl in the form that psql takes
 * @param url of the services
 * @param keys what they ask for
 * @param localStripeUrl null where Stripe itself is used
 */
record DemoEnv(
        String kafkaBootstrapServers,
        String databaseUrl,
        String url,
        DemoKeys keys,
        @Nullable String localStripeUrl) {
    static final String DATABASE_URL = "DATABASE_URL";
    static final String KAFKA_BOOTSTRAP_SERVERS = "KAFKA_BOOTSTRAP_SERVERS";
    static final String URL = "AICREDITS_URL";
    static final String API_KEY = "AICREDITS_API_KEY";
    static final String LOCAL_STRIPE_URL = "LOCAL_STRIPE_URL";

    /** The values need no quotes: letters, digits and {@code -_.:/@} only. */
    String content() {
        return export(KAFKA_BOOTSTRAP_SERVERS, kafkaBootstrapServers)
                + export(DATABASE_URL, databaseUrl)
                + export(URL, url)
                + export(API_KEY, keys.person().text())
                + export("MCPSTACK_API_URL", url)
                + export("MCPSTACK_ORG_ID", DemoOrganization.ACME.id())
                + export("MCPSTACK_API_KEY", keys.of(Role.OWNER).text())
                + export("MCPSTACK_ADMIN_API_KEY", keys.of(Role.ADMIN).text())
                + export("MCPSTACK_DEVELOPER_API_KEY", keys.of(Role.DEVELOPER).text())
                + export("MCPSTACK_VIEWER_API_KEY", keys.of(Role.VIEWER).text())
                + export("MCPSTACK_OPERATOR_API_KEY", keys.operator().text())
                + export("MCPSTACK_OTHER_ORG_ID", DemoOrganization.GLOBEX.id())
                + export("MCPSTACK_OTHER_API_KEY", keys.other().text())
                + (localStripeUrl == null ? "" : export(LOCAL_STRIPE_URL, localStripeUrl));
    }

    private static String export(String name, String value) {
        return "export " + name + "=" + value + "\n";
    }

    /** Where the database of the {@code infra/up} in {@code data} is, without credentials. */
    static String jdbcUrl(Path data) {
        Path file = data.resolve(DataHome.DEMO_ENV);
        try {
            String url = Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith("export " + DATABASE_URL + "="))
                    .findFirst()
                    .orElseThrow(() -> new StartupFailure(file + " has no " + DATABASE_URL));
            return "jdbc:postgresql://" + url.substring(url.indexOf('@') + 1);
        } catch (IOException e) {
            throw StartupFailure.of(file, e);
        }
    }
}
