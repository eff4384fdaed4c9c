package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.aicredits.ledger.AuditFinding.Kind;
import dev.aicredits.ledger.JdbcAudit.Part;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Every difference that a superuser plants is found and named; each test leaves the ledger as it was. */
class JdbcAuditTest {

    private static final TestLedger LEDGER = new TestLedger();

    private final String organization = LEDGER.organization();
    private final String agent = "ag_" + organization;
    private final Deque<String> undos = new ArrayDeque<>();
    private long key;
    private long agentKey;

    @BeforeEach
    void bookSomeOfEverything() {
        UsageSample sample = UsageSample.of(organization, agent);
        LEDGER.topUp(organization, "10");
        LEDGER.book(
                sample,
                sample.key(UUID.randomUUID()).anonymous(),
                sample.key(UUID.randomUUID()).toolCalls(2).at("2026-04-01T00:00:00Z"),
                sample.key(UUID.randomUUID()).trusted("0.5"));
        LEDGER.adjust(organization, "-1");
        new JdbcDailyTotals(LEDGER.database.app()).addAll(1, took -> true);
        key = LEDGER.number("SELECT organization_id FROM organization WHERE public_id = ?", organization);
        agentKey = LEDGER.number("SELECT agent_id FROM agent WHERE public_id = ?", agent);
        assertThat(LEDGER.audit()).isEmpty();
        assertThat(trialBalance()).isZero();
    }

    @AfterEach
    void mend() {
        undos.forEach(undo -> LEDGER.superuser.sql(undo).update());
    }

    @AfterAll
    static void close() {
        LEDGER.close();
    }

    @Test
    void anOrganizationWithoutEntriesIsRight() {
        LEDGER.organization();

        assertThat(LEDGER.audit()).isEmpty();
    }

    @Test
    void theTrialBalanceNamesEveryAccount() {
        assertThat(LEDGER.app
                        .sql("SELECT account FROM trial_balance")
                        .query(String.class)
                        .list())
                .containsExactlyInAnyOrder("customer_credits", "revenue", "stripe_clearing", "adjustments");
    }

    @Test
    void aBalanceThatWasMovedIsFoundAndUnsettlesTheTrialBalance() {
        plant(
                "UPDATE organization_balance SET balance_nanos = balance_nanos + 7 WHERE organization_id = %d",
                "UPDATE organization_balance SET balance_nanos = balance_nanos - 7 WHERE organization_id = %d");

        assertThat(trialBalance()).isEqualByComparingTo("7");
        finds(tuple(Kind.BALANCE, "balance", "8498958000", "8498958007"));
    }

    @Test
    void aWrongEntryCountIsFound() {
        plant(
                "UPDATE organization_balance SET entry_seq = 7 WHERE organization_id = %d",
                "UPDATE organization_balance SET entry_seq = 6 WHERE organization_id = %d");

        finds(tuple(Kind.ENTRY_COUNT, "entry_seq", "6", "7"));
    }

    @Test
    void aMissingBalanceRowIsFound() {
        plant(
                "DELETE FROM organization_balance WHERE organization_id = %d",
                "INSERT INTO organization_balance VALUES (%d, 8498958000, 6, now())");

        finds(tuple(Kind.BALANCE, "balance", "8498958000", "null"), tuple(Kind.ENTRY_COUNT, "entry_seq", "6", "null"));
    }

    @Test
    void aWrongBalanceAfterIsFoundAtItsEntryAndTheNext() {
        plant(
                "UPDATE ledger_entry SET balance_after_nanos = balance_after_nanos + 1"
                        + " WHERE organization_id = %d AND entry_seq = 3",
                "UPDATE ledger_entry SET balance_after_nanos = balance_after_nanos - 1"
                        + " WHERE organization_id = %d AND entry_seq = 3");

        finds(
                tuple(Kind.BALANCE_AFTER, "entry 3", "9999958000", "9999958001"),
                tuple(Kind.BALANCE_AFTER, "entry 4", "9998958001", "9998958000"));
    }

    @Test
    void aGapInTheSequenceIsFound() {
        plant(
                "UPDATE ledger_entry SET entry_seq = 8 WHERE organization_id = %d AND entry_seq = 6",
                "UPDATE ledger_entry SET entry_seq = 6 WHERE organization_id = %d AND entry_seq = 8");

        finds(tuple(Kind.SEQUENCE, "entry 8", "6", "8"));
    }

    @Test
    void aFirstEntryThatIsGoneIsFound() {
        plant(
                "CREATE TABLE kept AS SELECT * FROM ledger_entry WHERE organization_id = %d AND entry_seq = 1",
                "DROP TABLE kept");
        plant(
                "DELETE FROM ledger_entry WHERE organization_id = %d AND entry_seq = 1",
                "INSERT INTO ledger_entry SELECT * FROM kept");

        finds(
                tuple(Kind.SEQUENCE, "entry 2", "1", "2"),
                tuple(Kind.BALANCE_AFTER, "entry 2", "-21000", "9999979000"),
                tuple(Kind.BALANCE, "balance", "-1501042000", "8498958000"),
                tuple(Kind.ENTRY_COUNT, "entry_seq", "5", "6"));
        assertThat(trialBalance()).isEqualByComparingTo("10000000000");
    }

    @Test
    void anAmountThatItsCountsDoNotGiveIsFound() {
        plant(
                "UPDATE ledger_entry SET output_tokens = 11 WHERE organization_id = %d AND entry_seq = 2",
                "UPDATE ledger_entry SET output_tokens = 10 WHERE organization_id = %d AND entry_seq = 2");

        finds(tuple(Kind.AMOUNT, "entry 2", "-21600", "-21000"));
    }

    @Test
    void countsThatCannotBeAreFoundAndDoNotStopTheAudit() {
        plant(
                "UPDATE ledger_entry SET cached_input_tokens = 101 WHERE organization_id = %d AND entry_seq = 2",
                "UPDATE ledger_entry SET cached_input_tokens = 0 WHERE organization_id = %d AND entry_seq = 2");
        plant(
                "UPDATE ledger_entry SET quantity = NULL WHERE organization_id = %d AND entry_seq = 4",
                "UPDATE ledger_entry SET quantity = 2 WHERE organization_id = %d AND entry_seq = 4");
        plant(
                "UPDATE ledger_entry SET product_id = -product_id WHERE organization_id = %d AND entry_seq = 3",
                "UPDATE ledger_entry SET product_id = -product_id WHERE organization_id = %d AND entry_seq = 3");

        assertThat(LEDGER.audit())
                // The day's total is of the product that the entry had.
                .filteredOn(finding -> finding.kind() != Kind.AGENT_DAILY_SPEND)
                .extracting(AuditFinding::kind, AuditFinding::subject, AuditFinding::found)
                .containsExactlyInAnyOrder(
                        tuple(Kind.AMOUNT, "entry 2", "-21000"),
                        tuple(Kind.AMOUNT, "entry 3", "-21000"),
                        tuple(Kind.AMOUNT, "entry 4", "-1000000"));
    }

    @Test
    void aVersionThatNobodyPublishedGivesNoPrice() {
        plant(
                "UPDATE ledger_entry SET rate_card_version = 899 WHERE organization_id = %d AND entry_seq = 2",
                "UPDATE ledger_entry SET rate_card_version = 900 WHERE organization_id = %d AND entry_seq = 2");

        finds(tuple(Kind.AMOUNT, "entry 2", "no price", "-21000"));
    }

    @Test
    void anAgentsWrongSpendIsFound() {
        plant(
                "UPDATE agent_spend SET spent_nanos = spent_nanos - 1, entry_count = entry_count + 2"
                        + " WHERE organization_id = %d AND window_start = '2026-03-01'",
                "UPDATE agent_spend SET spent_nanos = spent_nanos + 1, entry_count = entry_count - 2"
                        + " WHERE organization_id = %d AND window_start = '2026-03-01'");

        String subject = "agent " + agentKey + ", 2026-03-01";
        finds(
                tuple(Kind.AGENT_SPEND, subject, "500042000", "500041999"),
                tuple(Kind.AGENT_SPEND, subject + ", entries", "3", "5"));
    }

    @Test
    void aSpendOfTheWrongMonthIsFoundTwice() {
        plant(
                "UPDATE agent_spend SET window_start = '2026-05-01'"
                        + " WHERE organization_id = %d AND window_start = '2026-04-01'",
                "UPDATE agent_spend SET window_start = '2026-04-01'"
                        + " WHERE organization_id = %d AND window_start = '2026-05-01'");

        finds(
                tuple(Kind.AGENT_SPEND, "agent " + agentKey + ", 2026-04-01", "1000000", "null"),
                tuple(Kind.AGENT_SPEND, "agent " + agentKey + ", 2026-04-01, entries", "1", "null"),
                tuple(Kind.AGENT_SPEND, "agent " + agentKey + ", 2026-04-01, anonymous", "0", "null"),
                tuple(Kind.AGENT_SPEND, "agent " + agentKey + ", 2026-04-01, anonymous entries", "0", "null"),
                tuple(Kind.AGENT_SPEND, "agent " + agentKey + ", 2026-05-01", "0", "1000000"),
                tuple(Kind.AGENT_SPEND, "agent " + agentKey + ", 2026-05-01, entries", "0", "1"));
    }

    @Test
    void anExternalUsersWrongSpendIsFound() {
        long userKey = LEDGER.number("SELECT external_user_id FROM external_user WHERE organization_id = ?", key);
        plant(
                "UPDATE external_user_spend SET spent_nanos = spent_nanos + 1, entry_count = entry_count - 1"
                        + " WHERE organization_id = %d AND window_start = '2026-03-01'",
                "UPDATE external_user_spend SET spent_nanos = spent_nanos - 1, entry_count = entry_count + 1"
                        + " WHERE organization_id = %d AND window_start = '2026-03-01'");

        String subject = "agent " + agentKey + ", external user " + userKey + ", 2026-03-01";
        finds(
                tuple(Kind.EXTERNAL_USER_SPEND, subject, "500021000", "500021001"),
                tuple(Kind.EXTERNAL_USER_SPEND, subject + ", entries", "2", "1"));
    }

    @Test
    void anAgentsWrongDayIsFound() {
        int product = (int) LEDGER.number(
                "SELECT min(product_id) FROM ledger_entry WHERE organization_id = ? AND occurred_at >= '2026-04-01'",
                key);
        plant(
                "UPDATE agent_daily_total SET spent_nanos = spent_nanos + 7, entry_count = entry_count + 1"
                        + " WHERE organization_id = %d AND day >= '2026-04-01'",
                "UPDATE agent_daily_total SET spent_nanos = spent_nanos - 7, entry_count = entry_count - 1"
                        + " WHERE organization_id = %d AND day >= '2026-04-01'");

        assertThat(LEDGER.audit())
                .extracting(AuditFinding::kind, AuditFinding::expected, AuditFinding::found)
                .containsExactly(
                        tuple(Kind.AGENT_DAILY_SPEND, "1000000", "1000007"), tuple(Kind.AGENT_DAILY_SPEND, "1", "2"));
        assertThat(LEDGER.audit()).allMatch(finding -> finding.subject()
                .startsWith("agent " + agentKey + ", product " + product + ", 2026-04-"));
    }

    @Test
    void dailyTotalsThatAreAheadOfTheLedgerAreFound() {
        plant(
                "UPDATE daily_total_progress SET entry_seq = 9 WHERE organization_id = %d",
                "UPDATE daily_total_progress SET entry_seq = 6 WHERE organization_id = %d");

        finds(tuple(Kind.AGENT_DAILY_SPEND, "entries added at most", "6", "9"));
    }

    @Test
    void dailyTotalsThatSayLessThanTheyHaveAreFound() {
        plant(
                "UPDATE daily_total_progress SET entry_seq = 4 WHERE organization_id = %d",
                "UPDATE daily_total_progress SET entry_seq = 6 WHERE organization_id = %d");

        assertThat(LEDGER.audit())
                .extracting(AuditFinding::kind, AuditFinding::expected, AuditFinding::found)
                .containsExactly(
                        tuple(Kind.AGENT_DAILY_SPEND, "42000", "500042000"), tuple(Kind.AGENT_DAILY_SPEND, "2", "3"));
    }

    @Test
    void anAgentsWrongAnonymousPartIsFound() {
        plant(
                "UPDATE agent_spend SET anonymous_nanos = 0, anonymous_entry_count = 3"
                        + " WHERE organization_id = %d AND window_start = '2026-03-01'",
                "UPDATE agent_spend SET anonymous_nanos = 21000, anonymous_entry_count = 1"
                        + " WHERE organization_id = %d AND window_start = '2026-03-01'");

        String subject = "agent " + agentKey + ", 2026-03-01, anonymous";
        finds(tuple(Kind.AGENT_SPEND, subject, "21000", "0"), tuple(Kind.AGENT_SPEND, subject + " entries", "1", "3"));
    }

    @Test
    void entriesOfNoOrganizationAreFound() {
        plant(
                "INSERT INTO ledger_entry (organization_id, entry_seq, amount_nanos, balance_after_nanos, occurred_at,"
                        + " booked_at, dedupe_key, entry_kind, agent_id, external_user_id, product_id, rate_card_version)"
                        + " VALUES (-%d, 1, -5, -5, now(), now(), gen_random_uuid(), 1, 1, 1, 1, 900)",
                "DELETE FROM ledger_entry WHERE organization_id = -%d");

        assertThat(LEDGER.audit())
                .allMatch(finding -> finding.organizationId().equals("#-" + key))
                .extracting(AuditFinding::kind)
                .containsOnly(Kind.BALANCE, Kind.ENTRY_COUNT, Kind.AGENT_SPEND, Kind.EXTERNAL_USER_SPEND, Kind.AMOUNT);
    }

    @Test
    void aLayerThatHoldsOtherThanItsOpenHoldsIsFound() {
        plant(
                "INSERT INTO hold (organization_id, hold_id, agent_id, amount_nanos, captured_nanos, state, created_at,"
                        + " expires_at) VALUES (%d, gen_random_uuid(), 5, 10, 3, 'open', now(), now() + interval '1 s')",
                "DELETE FROM hold WHERE organization_id = %d");
        plant(
                "INSERT INTO held VALUES (%1$d, 0, 0, 7, 1), (%1$d, 5, 0, 8, 1), (%1$d, 6, 0, 0, 0)",
                "DELETE FROM held WHERE organization_id = %d");

        finds(
                tuple(Kind.HELD, "agent 5, external user -1", "7", "0"),
                tuple(Kind.HELD, "agent 5, external user -1, holds", "1", "0"),
                tuple(Kind.HELD, "agent 5, external user 0", "7", "8"));
    }

    /** Changes the tables of this test's organization until the test ends. */
    private void plant(String sql, String undo) {
        LEDGER.superuser.sql(sql.formatted(key)).update();
        undos.addFirst(undo.formatted(key));
    }

    @Test
    void aRoundOfPartsLooksAtEveryOrganizationOnce() {
        long organizations = LEDGER.number("SELECT count(*) FROM organization");

        assertThat(parts(1, Long.MAX_VALUE)).hasSize((int) organizations).allMatch(part -> part.organizations() == 1);
        assertThat(parts(1_000, 1)).allMatch(part -> part.organizations() >= 1);
        assertThat(parts(1_000, Long.MAX_VALUE)).singleElement().matches(part -> part.organizations() == organizations);
        assertThat(parts(1_000, 1).stream().mapToLong(Part::organizations).sum())
                .isEqualTo(organizations);
    }

    @Test
    void anotherPartUnderWayKeepsThisOneFromStarting() {
        DataSource another = new DelegatingDataSource(LEDGER.database.app());
        new TransactionTemplate(new JdbcTransactionManager(another)).executeWithoutResult(status -> {
            JdbcClient.create(another)
                    .sql("SELECT pg_advisory_xact_lock(4901174502)")
                    .query((row, number) -> number)
                    .list();
            assertThat(new JdbcAudit(LEDGER.database.app()).runPart(JdbcAudit.START, 1, 1))
                    .isEmpty();
        });
        assertThat(new JdbcAudit(LEDGER.database.app()).runPart(JdbcAudit.START, 1, 1))
                .isPresent();
    }

    private static List<Part> parts(int organizationsMax, long entriesMax) {
        JdbcAudit audit = new JdbcAudit(LEDGER.database.app());
        List<Part> parts = new ArrayList<>();
        do {
            long after = parts.isEmpty()
                    ? JdbcAudit.START
                    : parts.get(parts.size() - 1).lastKey();
            parts.add(audit.runPart(after, organizationsMax, entriesMax).orElseThrow());
        } while (!parts.get(parts.size() - 1).isLast());
        return parts;
    }

    private void finds(Tuple... findings) {
        List<AuditFinding> found = LEDGER.audit();
        assertThat(parts(2, Long.MAX_VALUE).stream().flatMap(part -> part.findings().stream()))
                .as("a round of parts")
                .containsExactlyInAnyOrderElementsOf(found);
        assertThat(found).allMatch(finding -> finding.organizationId().equals(organization));
        assertThat(found)
                .extracting(AuditFinding::kind, AuditFinding::subject, AuditFinding::expected, AuditFinding::found)
                .containsExactly(findings);
    }

    private static BigDecimal trialBalance() {
        return LEDGER.app
                .sql("SELECT sum(balance_nanos) FROM trial_balance")
                .query(BigDecimal.class)
                .single();
    }
}
