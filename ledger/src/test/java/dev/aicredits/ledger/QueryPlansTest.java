package dev.aicredits.ledger;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.schema.LedgerTestDatabase;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The statements of a batch probe indexes when the server plans them once for all batches, on a table of some size. */
class QueryPlansTest {

    private static final LedgerTestDatabase DATABASE = LedgerTestDatabase.create();

    @BeforeAll
    static void fill() throws SQLException {
        try (Connection connection = DATABASE.superuser().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO organization (public_id, name)
                    SELECT 'org_' || n, 'x' FROM generate_series(1, 20000) n;
                    INSERT INTO organization_balance SELECT organization_id, -15, 15, now() FROM organization;
                    INSERT INTO agent_spend SELECT o, 1, DATE '2026-03-01', 1, 1, 0, 0 FROM generate_series(1, 50000) o;
                    INSERT INTO daily_total_progress SELECT organization_id, 5 FROM organization;
                    INSERT INTO agent_daily_total
                    SELECT o, 1, DATE '2026-03-01', 1, 1, 1, 0 FROM generate_series(1, 50000) o;
                    INSERT INTO external_user_spend
                    SELECT o, 1, 1, DATE '2026-03-01', 1, 1 FROM generate_series(1, 50000) o;
                    INSERT INTO agent (organization_id, public_id, name)
                    SELECT organization_id, 'ag_' || n, 'x' FROM organization, generate_series(1, 2) n;
                    INSERT INTO external_user (organization_id, public_id)
                    SELECT organization_id, 'user_' || n FROM organization, generate_series(1, 2) n;
                    INSERT INTO ledger_entry (organization_id, entry_seq, amount_nanos, balance_after_nanos, occurred_at,
                                              booked_at, agent_id, dedupe_key, product_id, entry_kind)
                    SELECT o, s, -1, -s, now(), now(), 1, gen_random_uuid(), 1, 1
                      FROM generate_series(1, 20000) o, generate_series(1, 10) s;
                    INSERT INTO agent_budget
                    SELECT organization_id, agent_id, true, 1, 1, 1, 'hard_block' FROM agent;
                    INSERT INTO external_user_budget
                    SELECT organization_id, min(agent_id), min(external_user_id), 1
                      FROM agent JOIN external_user USING (organization_id) GROUP BY organization_id;
                    INSERT INTO held SELECT o, a, 0, 1, 1 FROM generate_series(1, 20000) o, generate_series(0, 1) a;
                    INSERT INTO hold (organization_id, hold_id, agent_id, amount_nanos, captured_nanos, state, created_at,
                                      expires_at)
                    SELECT o, gen_random_uuid(), 1, 1, 0, 'open', now(), now() + interval '1 h'
                      FROM generate_series(1, 20000) o, generate_series(1, 3);
                    ANALYZE
                    """);
        }
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @ParameterizedTest
    @CsvSource({
        "JdbcUsageReader, POSITIONS, organization_balance_pkey",
        "JdbcUsageReader, LOCKED_POSITIONS, organization_balance_pkey",
        "JdbcUsageReader, EXISTING, ledger_entry_dedupe",
        "JdbcUsageWriter, MOVE_BALANCES, organization_balance_pkey",
        "JdbcUsageWriter, RAISE_AGENT_SPENDS, agent_spend_pkey",
        "JdbcUsageWriter, RAISE_USER_SPENDS, external_user_spend_pkey",
        "JdbcDailyTotals, MOVE, daily_total_progress_pkey",
        "JdbcDailyTotals, ADD, ledger_entry_pkey",
        "JdbcHeld, LOCK, held_pkey",
        "JdbcHeld, CAPTURE, hold_pkey",
        "JdbcHeld, SETTLE, hold_pkey",
        "hold.JdbcHoldRows, LOCK, held_pkey",
        "hold.JdbcHoldRows, EXPIRE, hold_open",
        "hold.JdbcHoldRows, FIND, hold_pkey",
        "hold.JdbcHoldRows, END, hold_pkey",
        "hold.JdbcHoldRows, MOVE, held_pkey",
        "hold.JdbcHoldFacts, FACTS, held_pkey",
        "JdbcDirectory, ORGANIZATIONS, organization_public_id_key",
        "JdbcDirectory, AGENTS, agent_organization_id_public_id_key",
        "JdbcDirectory, EXTERNAL_USERS, external_user_organization_id_public_id_key"
    })
    void aGenericPlanProbesTheIndex(String type, String constant, String index) throws Exception {
        String plan = genericPlan(sql(type, constant));

        assertThat(plan).contains(index).doesNotContain("Seq Scan");
    }

    /** As the usage consumer's sessions are set up: without it, thousands of elements make it hash the whole table. */
    @ParameterizedTest
    @CsvSource({"RAISE_AGENT_SPENDS, agent_spend_pkey", "RAISE_USER_SPENDS, external_user_spend_pkey"})
    void aBatchOfThousandsOfSpendsProbesTheIndex(String constant, String index) throws Exception {
        String elements =
                IntStream.rangeClosed(1, 3_000).mapToObj(Integer::toString).collect(joining(",", "'{", "}'"));

        String plan = plan(
                "SET plan_cache_mode = force_custom_plan; SET enable_hashjoin = off; SET enable_mergejoin = off",
                sql("JdbcUsageWriter", constant),
                elements);

        assertThat(plan).contains(index, "Index Cond").doesNotContain("Seq Scan", "Hash");
    }

    /** Whoever reads days: what the predicates name is looked up in the totals, and the entries since by their number. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent_daily_spend WHERE organization_id = ? AND agent_id = ? AND day BETWEEN ? AND ?",
                "agent_daily_spend_part WHERE organization_id = ? AND day BETWEEN ? AND ?",
                "agent_daily_spend_part WHERE organization_id = ? AND day >= ? AND day < ?"
            })
    void daysAreLookedUpByKeyInTotalsAndEntries(String which) throws Exception {
        String plan = genericPlan("SELECT * FROM " + which);

        assertThat(plan)
                .contains("agent_daily_total_pkey", "daily_total_progress_pkey", "ledger_entry_pkey")
                .containsPattern("Index Cond: \\(\\(organization_id = .*entry_seq > .*entry_seq <= ")
                .doesNotContain("Seq Scan");
    }

    private static String sql(String type, String constant) throws ReflectiveOperationException {
        String qualified = type.contains(".") ? type : "ledger." + type;
        Field field = Class.forName("dev.aicredits." + qualified).getDeclaredField(constant);
        field.setAccessible(true);
        return (String) field.get(null);
    }

    private static String genericPlan(String sql) throws SQLException {
        return plan("SET plan_cache_mode = force_generic_plan", sql, "NULL");
    }

    /** The plan of {@code sql} with the same argument for every parameter. */
    private static String plan(String settings, String sql, String argument) throws SQLException {
        String plain = sql.replaceAll("(?<!:):[a-z]+", "?");
        int params = (int) plain.chars().filter(c -> c == '?').count();
        StringBuilder numbered = new StringBuilder(plain);
        for (int i = 1; i <= params; i++) {
            int at = numbered.indexOf("?");
            numbered.replace(at, at + 1, "$" + i);
        }
        try (Connection connection = DATABASE.superuser().getConnection();
                Statement statement = connection.createStatement()) {
            // Whoever had the connection before has left settings and a statement of this name.
            statement.execute("DISCARD ALL");
            statement.execute(settings);
            statement.execute("PREPARE asked AS " + numbered);
            String arguments = String.join(", ", Collections.nCopies(params, argument));
            ResultSet rows = statement.executeQuery("EXPLAIN EXECUTE asked (" + arguments + ")");
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
            return String.join("\n", lines);
        }
    }
}
