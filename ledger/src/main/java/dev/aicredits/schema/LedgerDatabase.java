package dev.aicredits.schema;

import dev.aicredits.ratecard.JdbcRateCards;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings a database to the schema and the rate cards that this build ships. Safe to repeat, and from several at once. */
public final class LedgerDatabase {

    /** The role that owns and migrates the schema. */
    public static final String OWNER_ROLE = "aicredits_owner";

    /** The role that services run as: it cannot update or delete a ledger entry. */
    public static final String APP_ROLE = "aicredits_app";

    /** The role of people and tools: it reads the views and nothing else. */
    public static final String READER_ROLE = "aicredits_reader";

    private static final String RATE_CARD_FILES = "/rate-cards/%04d.json";

    private LedgerDatabase() {}

    /** Makes the roles as {@code superuser}, then migrates as {@code owner}: a database from nothing. */
    public static void create(DataSource superuser, JdbcRoles.Passwords passwords, DataSource owner) {
        new JdbcRoles(superuser).create(passwords);
        migrate(owner);
    }

    /** Migrates the schema and publishes the shipped rate cards. {@code owner} logs in as {@link #OWNER_ROLE}. */
    public static void migrate(DataSource owner) {
        Flyway.configure(LedgerDatabase.class.getClassLoader())
                .dataSource(owner)
                .locations("classpath:db/migration")
                .load()
                .migrate();
        JdbcRateCards rateCards = new JdbcRateCards(owner);
        shippedRateCards().forEach(rateCards::publish);
    }

    /** The rate card files that this build ships, in the order of their versions. */
    public static List<byte[]> shippedRateCards() {
        List<byte[]> files = new ArrayList<>();
        for (int version = 1; ; version++) {
            String name = RATE_CARD_FILES.formatted(version);
            try (InputStream file = LedgerDatabase.class.getResourceAsStream(name)) {
                if (file == null) {
                    return List.copyOf(files);
                }
                files.add(file.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + name, e);
            }
        }
    }
}
