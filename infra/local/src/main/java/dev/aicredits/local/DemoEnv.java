package dev.aicredits.local;

import dev.aicredits.embedded.StartupFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a client needs, as lines that a shell sources.
 *
 * @param databaseUrl in the form that psql takes
 */
record DemoEnv(String kafkaBootstrapServers, String databaseUrl) {
    static final String DATABASE_URL = "DATABASE_URL";
    static final String KAFKA_BOOTSTRAP_SERVERS = "KAFKA_BOOTSTRAP_SERVERS";

    /** The values need no quotes: letters, digits and {@code -_.:/@} only. */
    String content() {
        return "export " + KAFKA_BOOTSTRAP_SERVERS + "=" + kafkaBootstrapServers + "\n" + "export " + DATABASE_URL + "="
                + databaseUrl + "\n";
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
