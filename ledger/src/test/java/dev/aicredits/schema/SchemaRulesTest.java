package dev.aicredits.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.testkit.TestDatabase;
import dev.aicredits.testkit.TestInfra;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rules every table keeps, from the catalog, and what each role may do. */
class SchemaRulesTest {

    private static final LedgerTestDatabase DATABASE = LedgerTestDatabase.create();
    private static final String PERMISSION_DENIED = "permission denied";
    private static final String NOT_THE_OWNER = "must be owner of";

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void everyKeyStartsWithTheOrganizationExceptInReferenceTables() {
        List<String> tables = superuser().sql("""
                        SELECT DISTINCT c.relname FROM pg_index i
                          JOIN pg_class c ON c.oid = i.indrelid
                          JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
                          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                         WHERE (i.indisunique OR i.indisprimary) AND a.attname <> 'organization_id'
                         ORDER BY 1
                        """).query(String.class).list();

        assertThat(tables)
                .containsExactly(
                        "agent_directory",
                        "api_key_directory",
                        "audit_round",
                        "checkout_reference",
                        "dead_letter_replay",
                        "dead_letter_replayed",
                        "entry_kind",
                        "flyway_schema_history",
                        "hosting_plan",
                        "operator",
                        "operator_key",
                        "organization",
                        "product",
                        "rate",
                        "rate_card",
                        "scheduled_tasks",
                        "stripe_event");
    }

    @Test
    void everyTableHasAPrimaryKeyAndNoneIsPartitioned() {
        assertThat(superuser().sql("""
                                SELECT c.relname FROM pg_class c
                                  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
                                 WHERE c.relkind IN ('r', 'p')
                                   AND (c.relkind = 'p' OR NOT EXISTS
                                        (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary))
                                """).query(String.class).list()).isEmpty();
    }

    @Test
    void thereAreNoTriggersOrFunctionsAndNoRulesButForTheVersionBefore() {
        assertThat(count("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"))
                .isZero();
        assertThat(count("""
                SELECT count(*) FROM pg_proc p
                  JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'public'
                """)).isZero();
        assertThat(superuser().sql("""
                                SELECT r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
                                  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
                                 WHERE r.rulename <> '_RETURN' OR c.relkind <> 'v'
                                """).query(String.class).list())
                .containsExactlyInAnyOrder("agent_daily_spend_update", "agent_daily_spend_insert");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE ledger_entry SET amount_nanos = 0",
                "UPDATE ledger_entry SET description = 'x' WHERE false",
                "DELETE FROM ledger_entry",
                "TRUNCATE ledger_entry",
                "DELETE FROM organization_balance",
                "TRUNCATE organization_balance",
                "DELETE FROM agent_spend",
                "DELETE FROM external_user_spend",
                "DELETE FROM organization",
                "UPDATE organization SET public_id = 'x'",
                "UPDATE agent SET public_id = 'x'",
                "UPDATE agent_directory SET organization_id = 1",
                "DELETE FROM agent_directory",
                "INSERT INTO rate_card VALUES (9, now(), sha256('x'))",
                "UPDATE rate_card SET effective_from = now()",
                "DELETE FROM rate_card",
                "INSERT INTO rate VALUES (1, 1, 'output', 7, 1)",
                "UPDATE rate SET nanos_per_million_units = 1",
                "DELETE FROM rate",
                "UPDATE product SET model = 'x'",
                "DELETE FROM product",
                "INSERT INTO entry_kind VALUES (8, 'gift', 'gifts', 1)",
                "UPDATE entry_kind SET counter_account = 'x'",
                "UPDATE checkout_session SET amount_cents = 1",
                "UPDATE checkout_session SET currency = 'usd'",
                "UPDATE checkout_session SET livemode = true",
                "DELETE FROM checkout_session",
                "UPDATE checkout_reference SET organization_id = 1",
                "DELETE FROM checkout_reference",
                "UPDATE checkout_refund SET amount_cents = 1",
                "DELETE FROM checkout_refund",
                "UPDATE checkout_dispute SET amount_cents = 1",
                "DELETE FROM checkout_dispute",
                "UPDATE audit_log SET actor = 'x'",
                "DELETE FROM audit_log",
                "TRUNCATE audit_log",
                "UPDATE stripe_event SET event_id = 'x'",
                "DELETE FROM invoice_status",
                "INSERT INTO operator VALUES ('x', 'x')",
                "UPDATE operator SET display_name = 'x'",
                "DELETE FROM operator",
                "INSERT INTO operator_key VALUES ('x', 'x', sha256('x'))",
                "UPDATE operator_key SET revoked_at = NULL",
                "UPDATE api_key_directory SET organization_id = 1",
                "UPDATE api_key SET role_key = 'owner'",
                "UPDATE api_key SET secret_hash = sha256('x')",
                "DELETE FROM api_key",
                "UPDATE hosting_plan SET hosted_servers_limit = NULL",
                "DELETE FROM organization_plan",
                "UPDATE hold SET amount_nanos = 1",
                "UPDATE hold SET agent_id = 1",
                "DELETE FROM hold",
                "UPDATE held SET agent_id = 1",
                "DELETE FROM held",
                "DELETE FROM budget_revision",
                "DELETE FROM enforcement",
                "UPDATE incident SET cause = 'x'",
                "UPDATE incident SET limit_nanos = 1",
                "DELETE FROM incident",
                "UPDATE budget_alert SET percent = 1",
                "DELETE FROM budget_alert",
                "UPDATE dead_letter_replay SET actor = 'x'",
                "DELETE FROM dead_letter_replay",
                "UPDATE dead_letter_replayed SET topic = 'x'",
                "DELETE FROM dead_letter_replayed",
                "INSERT INTO audit_round VALUES (2, 0, 0, 0, 0, now())",
                "UPDATE audit_round SET audit_id = 1",
                "DELETE FROM audit_round",
                "INSERT INTO ledger_closing (organization_id, month) VALUES (1, '2026-07-01')",
                "UPDATE ledger_closing SET closing_balance_nanos = 0",
                "DELETE FROM ledger_closing",
                "INSERT INTO archived_spend VALUES (1, '2026-07-01', 1, 0, 0, '2026-07-01', 1, 1)",
                "UPDATE archived_spend SET spent_nanos = 0",
                "DELETE FROM archived_spend",
                "INSERT INTO archived_overshoot VALUES (1, '2026-07-01', 0, 0, 1, 1, 1)",
                "UPDATE archived_overshoot SET overshoot_nanos = 0",
                "DELETE FROM archived_overshoot",
                "DELETE FROM flyway_schema_history",
                "CREATE TABLE mine (id int)",
                "CREATE TEMPORARY TABLE mine (id int)",
                "CREATE SCHEMA mine",
                "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'"
            })
    void theApplicationMayNot(String sql) {
        refuses(DATABASE.app(), sql, PERMISSION_DENIED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE ledger_entry ADD COLUMN x int",
                "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_shape",
                "ALTER TABLE ledger_entry OWNER TO aicredits_app",
                "DROP TABLE ledger_entry",
                "DROP VIEW trial_balance",
                "CREATE INDEX ON ledger_entry (amount_nanos)"
            })
    void theApplicationMayNotAlterTheSchema(String sql) {
        refuses(DATABASE.app(), sql, NOT_THE_OWNER);
    }

    @Test
    void theApplicationReadsEverything() {
        for (String relation : relations("'r', 'v'")) {
            assertThatCode(() -> JdbcClient.create(DATABASE.app())
                            .sql("SELECT count(*) FROM " + relation)
                            .query(Long.class)
                            .single())
                    .as(relation)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void theReaderReadsTheViewsAndNothingElse() {
        for (String view : relations("'v'")) {
            assertThatCode(() -> JdbcClient.create(DATABASE.reader())
                            .sql("SELECT count(*) FROM " + view)
                            .query(Long.class)
                            .single())
                    .as(view)
                    .doesNotThrowAnyException();
        }
        for (String table : relations("'r'")) {
            refuses(DATABASE.reader(), "SELECT count(*) FROM " + table, PERMISSION_DENIED);
            refuses(DATABASE.reader(), "TRUNCATE " + table, PERMISSION_DENIED);
        }
        refuses(DATABASE.reader(), "CREATE TABLE mine (id int)", PERMISSION_DENIED);
        refuses(DATABASE.reader(), "CREATE TEMPORARY TABLE mine (id int)", PERMISSION_DENIED);
    }

    @Test
    void passwordsMayHoldAnyCharacter() {
        TestDatabase database = TestInfra.shared().createDatabase();
        JdbcRoles.Passwords usual = LedgerTestDatabase.passwords();
        String odd = "it's \\ :name ? {x} $1 %s \"" + usual.reader();

        try {
            new JdbcRoles(database.dataSource()).create(new JdbcRoles.Passwords(usual.owner(), usual.app(), odd));
            assertThat(JdbcClient.create(database.as(LedgerDatabase.READER_ROLE, odd))
                            .sql("SELECT current_user")
                            .query(String.class)
                            .single())
                    .isEqualTo(LedgerDatabase.READER_ROLE);
        } finally {
            new JdbcRoles(database.dataSource()).create(usual);
        }
        assertThat(usual.toString()).doesNotContain(usual.owner(), usual.app(), usual.reader());
    }

    @Test
    void severalMayMigrateOneDatabaseAtOnce() {
        TestDatabase database = TestInfra.shared().createDatabase();
        new JdbcRoles(database.dataSource()).create(LedgerTestDatabase.passwords());
        DataSource owner = database.as(
                LedgerDatabase.OWNER_ROLE, LedgerTestDatabase.passwords().owner());

        CompletableFuture.allOf(
                        CompletableFuture.runAsync(() -> LedgerDatabase.migrate(owner)),
                        CompletableFuture.runAsync(() -> LedgerDatabase.migrate(owner)))
                .join();

        assertThat(JdbcClient.create(owner)
                        .sql("SELECT count(*) FROM rate_card")
                        .query(Long.class)
                        .single())
                .isEqualTo(LedgerDatabase.shippedRateCards().size());
    }

    private static void refuses(DataSource as, String sql, String why) {
        assertThatExceptionOfType(BadSqlGrammarException.class)
                .as(sql)
                .isThrownBy(() -> new JdbcTemplate(as).execute(sql))
                .withStackTraceContaining(why);
    }

    private static List<String> relations(String kinds) {
        return superuser()
                .sql("SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = 'public' AND c.relkind IN (" + kinds + ")")
                .query(String.class)
                .list();
    }

    private static long count(String sql) {
        return superuser().sql(sql).query(Long.class).single();
    }

    private static JdbcClient superuser() {
        return JdbcClient.create(DATABASE.superuser());
    }
}
