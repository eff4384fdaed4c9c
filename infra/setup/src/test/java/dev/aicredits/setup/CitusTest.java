package dev.aicredits.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aicredits.schema.JdbcRoles;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.testkit.DistributionFile;
import dev.aicredits.testkit.DistributionFile.Kind;
import dev.aicredits.testkit.DistributionFile.Placement;
import dev.aicredits.testkit.TestDatabase;
import dev.aicredits.testkit.TestInfra;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * {@code infra/citus} against the migrated schema, by Citus's rules, as far as that can be told without Citus: a unique key
 * of a distributed table contains the column it is distributed by, a foreign key to another distributed table too, and one
 * from a table that is whole on its nodes leads to another such.
 */
class CitusTest {

    private static final Path FOLDER = Path.of("../citus");
    private static final String COLUMN = "organization_id";

    private record Key(String table, String name, List<String> columns, String target, List<String> targetColumns) {}

    private static JdbcClient superuser;

    private final DistributionFile file = DistributionFile.load();

    @BeforeAll
    static void migrate() throws IOException {
        TestDatabase database = TestInfra.shared().createDatabase();
        String password = UUID.randomUUID().toString();
        LedgerDatabase.create(
                database.dataSource(),
                new JdbcRoles.Passwords(password, password, password),
                database.as(LedgerDatabase.OWNER_ROLE, password));
        superuser = JdbcClient.create(database.dataSource());
        JdbcClient.create(database.as(LedgerDatabase.OWNER_ROLE, password))
                .sql(Files.readString(FOLDER.resolve("prepare.sql")))
                .update();
    }

    @Test
    void everyTableIsNamedOnce() {
        assertThat(file.placements().stream().map(Placement::table))
                .containsExactlyInAnyOrderElementsOf(
                        superuser.sql("""
                                SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'f')
                                """).query(String.class).list());
    }

    @Test
    void allThatIsDistributedLiesTogetherByOrganization() {
        List<Placement> distributed = file.placements().stream()
                .filter(placement -> placement.kind() == Kind.DISTRIBUTED)
                .toList();
        String first = distributed.get(0).table();

        assertThat(distributed).extracting(Placement::column).containsOnly(COLUMN);
        assertThat(distributed.get(0).colocatedWith()).isEqualTo("none");
        assertThat(distributed.subList(1, distributed.size()))
                .extracting(Placement::colocatedWith)
                .containsOnly(first);
        assertThat(superuser
                        .sql("""
                        SELECT DISTINCT format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN '' ELSE ' null' END
                          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                          JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
                         WHERE a.attname = 'organization_id' AND c.relname = ANY (?)
                        """)
                        .param(file.tables(Kind.DISTRIBUTED).toArray(String[]::new))
                        .query(String.class)
                        .list())
                .containsExactly("bigint");
    }

    @Test
    void everyUniqueKeyOfADistributedTableStartsWithTheOrganization() {
        List<Key> keys = keys("p", "u");

        assertThat(keys).extracting(Key::table).containsAll(file.tables(Kind.DISTRIBUTED));
        assertThat(keys.stream().filter(key -> file.tables(Kind.DISTRIBUTED).contains(key.table())))
                .allSatisfy(
                        key -> assertThat(key.columns()).as(key.name()).first().isEqualTo(COLUMN));
        assertThat(superuser
                        .sql("""
                        SELECT i.indexrelid::regclass::text FROM pg_index i
                          JOIN pg_class c ON c.oid = i.indrelid
                          JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
                          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                         WHERE i.indisunique AND c.relname = ANY (?) AND a.attname IS DISTINCT FROM 'organization_id'
                        """)
                        .param(file.tables(Kind.DISTRIBUTED).toArray(String[]::new))
                        .query(String.class)
                        .list())
                .as("unique indexes that no constraint stands for")
                .isEmpty();
    }

    @Test
    void foreignKeysStayOnTheirNode() {
        Map<String, Kind> kinds = new HashMap<>();
        Map<String, Integer> order = new HashMap<>();
        file.placements().forEach(placement -> {
            kinds.put(placement.table(), placement.kind());
            order.put(placement.table(), order.size());
        });
        List<Key> keys = keys("f");

        assertThat(keys).isNotEmpty().allSatisfy(key -> {
            assertThat(order.get(key.target())).as(key.name()).isLessThan(order.get(key.table()));
            switch (kinds.get(key.table())) {
                case LOCAL -> assertThat(kinds.get(key.target())).as(key.name()).isEqualTo(Kind.LOCAL);
                case REFERENCE ->
                    assertThat(kinds.get(key.target())).as(key.name()).isEqualTo(Kind.REFERENCE);
                case DISTRIBUTED -> {
                    assertThat(kinds.get(key.target())).as(key.name()).isNotEqualTo(Kind.LOCAL);
                    if (kinds.get(key.target()) == Kind.DISTRIBUTED) {
                        assertThat(key.columns()).as(key.name()).contains(COLUMN);
                        assertThat(key.targetColumns().get(key.columns().indexOf(COLUMN)))
                                .isEqualTo(COLUMN);
                    }
                }
            }
        });
    }

    @Test
    void nothingIsLeftThatCitusDoesNotTake() {
        assertThat(superuser.sql("""
                        SELECT c.relname || '.' || a.attname FROM pg_attribute a
                          JOIN pg_class c ON c.oid = a.attrelid
                          JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
                         WHERE a.attidentity <> '' AND a.atttypid <> 'bigint'::regtype
                        """).query(String.class).list())
                .as("identity columns are of bigint")
                .isEmpty();
        assertThat(superuser
                        .sql("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")
                        .query(Long.class)
                        .single())
                .as("triggers")
                .isZero();
    }

    /** The README has a reason for each table that is not distributed, in the table's own row. */
    @Test
    void everyExceptionHasItsReason() throws IOException {
        Set<String> exceptions = new TreeSet<>(file.tables(Kind.LOCAL));
        exceptions.addAll(file.tables(Kind.REFERENCE));
        List<String> explained = new ArrayList<>();
        for (String line : Files.readAllLines(FOLDER.resolve("README.md"))) {
            if (line.matches("\\| `[a-z_]+`.*")) {
                String[] cells = line.split("\\|", -1);
                assertThat(cells[2].strip()).as(line).isNotEmpty();
                for (String name : cells[1].replace("`", "").split(",", -1)) {
                    explained.add(name.strip());
                }
            }
        }
        assertThat(explained).containsExactlyInAnyOrderElementsOf(exceptions);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT create_distributed_table('agent', 'organization_id');",
                "SELECT create_distributed_table('agent', 'organization_id', colocate_with => 'none')",
                "SELECT create_reference_table('rate'); -- twice",
                "  SELECT create_reference_table('rate');",
                "DROP TABLE rate;"
            })
    void aLineOfAnotherFormIsRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> DistributionFile.parse(line));
    }

    private static List<Key> keys(String... types) {
        return superuser
                .sql("""
                        SELECT c.conrelid::regclass::text AS table_name, c.conname,
                               (SELECT array_agg(a.attname::text ORDER BY k.place)
                                  FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
                                  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number) AS columns,
                               coalesce(nullif(c.confrelid, 0)::regclass::text, '') AS target,
                               (SELECT coalesce(array_agg(a.attname::text ORDER BY k.place), '{}')
                                  FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
                                  JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number)
                               AS target_columns
                          FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
                         WHERE n.nspname = 'public' AND c.contype = ANY (?::"char"[])
                        """)
                .param(types)
                .query((row, number) -> new Key(
                        row.getString("table_name"),
                        row.getString("conname"),
                        List.of((String[]) row.getArray("columns").getArray()),
                        row.getString("target"),
                        List.of((String[]) row.getArray("target_columns").getArray())))
                .list();
    }
}
