package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.ledger.BookingOutcome.UnknownOrganization;
import dev.aicredits.money.Usd;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What {@link Ledger} promises of a single entry. */
class EntryBookingTest {

    private static final TestLedger LEDGER = TestLedger.shared();

    private final String organization = LEDGER.organization();
    private final UUID key = UUID.randomUUID();

    @AfterAll
    static void theLedgerIsRight() {
        assertThat(LEDGER.audit()).isEmpty();
    }

    @Test
    void everyKindMovesTheBalanceByItsAmount() {
        List<BookingOutcome> outcomes = List.of(
                book(EntryKind.TOP_UP, "50", "cs_1", null, null, null),
                book(EntryKind.REFUND, "-20.5", null, "re_1", null, null),
                book(EntryKind.REFUND_REVERSAL, "20.5", null, "re_1", null, null),
                book(EntryKind.DISPUTE, "-50", null, null, "dp_1", null),
                book(EntryKind.DISPUTE_REVERSAL, "50", null, null, "dp_1", null),
                book(EntryKind.ADJUSTMENT, "-0.000000001", null, null, null, "rounding"),
                book(EntryKind.ADJUSTMENT, "60", null, null, null, "goodwill"));

        assertThat(outcomes)
                .containsExactly(
                        new Booked(1, 50_000_000_000L),
                        new Booked(2, 29_500_000_000L),
                        new Booked(3, 50_000_000_000L),
                        new Booked(4, 0),
                        new Booked(5, 50_000_000_000L),
                        new Booked(6, 49_999_999_999L),
                        new Booked(7, 109_999_999_999L));
        assertThat(LEDGER.statement(organization, "ROW(entry_kind, checkout_session_id, refund_id, dispute_id)"))
                .containsExactly(
                        "(top_up,cs_1,,)",
                        "(refund,,re_1,)",
                        "(refund_reversal,,re_1,)",
                        "(dispute,,,dp_1)",
                        "(dispute_reversal,,,dp_1)",
                        "(adjustment,,,)",
                        "(adjustment,,,)");
        assertThat(LEDGER.balance(organization)).isEqualTo(109_999_999_999L);
    }

    @Test
    void theSameEntryAgainIsADuplicate() {
        NewEntry entry = topUp("5", "cs_1");
        LEDGER.ledger.book(entry);

        assertThat(LEDGER.ledger.book(entry)).isEqualTo(new Duplicate(1));
        assertThat(LEDGER.anotherLedger()
                        .book(NewEntry.topUp(organization, Usd.of("5"), key, TestLedger.BOOKED_AT, "cs_1")))
                .isEqualTo(new Duplicate(1));
        assertThat(LEDGER.balance(organization)).isEqualTo(5_000_000_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "|", "a|b"})
    void anyReferenceMayBeRepeated(String session) {
        NewEntry entry = new NewEntry(
                organization, EntryKind.TOP_UP, Usd.of("5"), key, UsageSample.NOW, session, session, "x", null);
        LEDGER.ledger.book(entry);

        assertThat(LEDGER.ledger.book(entry)).isEqualTo(new Duplicate(1));
        assertThat(LEDGER.ledger.book(new NewEntry(
                        organization, EntryKind.TOP_UP, Usd.of("5"), key, UsageSample.NOW, session, null, "x", null)))
                .isEqualTo(new Conflict(1));
    }

    @Test
    void theSameKeyForSomethingElseIsAConflict() {
        LEDGER.ledger.book(topUp("5", "cs_1"));

        assertThat(LEDGER.ledger.book(topUp("6", "cs_1"))).isEqualTo(new Conflict(1));
        assertThat(LEDGER.ledger.book(topUp("5", "cs_2"))).isEqualTo(new Conflict(1));
        assertThat(LEDGER.ledger.book(NewEntry.adjustment(organization, Usd.of("5"), key, UsageSample.NOW, "why")))
                .isEqualTo(new Conflict(1));
        assertThat(LEDGER.balance(organization)).isEqualTo(5_000_000_000L);
    }

    @Test
    void aKeyThatUsageUsedIsAConflict() {
        LEDGER.book(UsageSample.of(organization, "ag_" + organization).key(key));

        assertThat(LEDGER.ledger.book(topUp("5", "cs_1"))).isEqualTo(new Conflict(1));
    }

    @Test
    void underTheKeyOfAVersionBeforeAnEntryIsTheSameButUsageIsNot() {
        UUID before = UUID.randomUUID();
        NewEntry entry = topUp("5", "cs_1").withKeyBefore(before);
        LEDGER.ledger.book(NewEntry.topUp(organization, Usd.of("5"), before, UsageSample.NOW, "cs_1"));

        assertThat(LEDGER.ledger.book(entry)).isEqualTo(new Duplicate(1));
        assertThat(LEDGER.ledger.book(topUp("6", "cs_1").withKeyBefore(before))).isEqualTo(new Conflict(1));

        UUID taken = UUID.randomUUID();
        LEDGER.book(UsageSample.of(organization, "ag_" + organization).key(taken));
        assertThat(LEDGER.ledger.book(topUp("7", "cs_2").withKeyBefore(taken))).isInstanceOf(Booked.class);
        assertThat(LEDGER.ledger.book(topUp("7", "cs_2").withKeyBefore(taken))).isEqualTo(new Duplicate(3));
        assertThat(LEDGER.ledger.book(topUp("7", "cs_2").withKeyBefore(before))).isEqualTo(new Duplicate(3));
    }

    @Test
    void anUnknownOrganizationIsRefused() {
        assertThat(LEDGER.topUp("org_unheard_of", "5")).isEqualTo(new UnknownOrganization());
    }

    @Test
    void aBalanceStaysInItsRangeAndMayAlwaysComeBack() {
        assertThat(LEDGER.adjust(organization, "4000000000")).isEqualTo(new Booked(1, BookingPlan.BALANCE_NANOS_MAX));
        assertThat(LEDGER.adjust(organization, "0.000000001")).isEqualTo(new OutOfRange());
        assertThat(LEDGER.adjust(organization, "9223372036.854775807")).isEqualTo(new OutOfRange());
        assertThat(LEDGER.adjust(organization, "-8000000000")).isEqualTo(new Booked(2, -BookingPlan.BALANCE_NANOS_MAX));
        assertThat(LEDGER.adjust(organization, "-9223372036.854775808")).isEqualTo(new OutOfRange());
    }

    @Test
    void itJoinsTheCallersTransaction() {
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(LEDGER.database.app()));

        BookingOutcome rolledBack = transaction.execute(status -> {
            status.setRollbackOnly();
            return LEDGER.ledger.book(topUp("5", "cs_1"));
        });
        assertThat(rolledBack).isEqualTo(new Booked(1, 5_000_000_000L));
        assertThat(LEDGER.entries(organization)).isZero();
        assertThat(LEDGER.balance(organization)).isZero();

        transaction.executeWithoutResult(status -> LEDGER.ledger.book(topUp("5", "cs_1")));
        assertThat(LEDGER.balance(organization)).isEqualTo(5_000_000_000L);
        // Nothing of what was rolled back is remembered.
        assertThat(LEDGER.book(UsageSample.of(organization, "ag_" + organization))
                        .outcomes())
                .containsExactly(new Booked(2, 4_999_979_000L));
    }

    @ParameterizedTest
    @CsvSource({
        "USAGE, -1",
        "TOP_UP, -1",
        "TOP_UP, 0",
        "REFUND, 1",
        "REFUND_REVERSAL, -1",
        "DISPUTE, 1",
        "DISPUTE_REVERSAL, -1",
        "ADJUSTMENT, 0"
    })
    void anEntryOfTheWrongSignCannotBeMade(EntryKind kind, long nanos) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NewEntry(
                        organization, kind, Usd.ofNanos(nanos), key, UsageSample.NOW, "cs", "re", "dp", "why"));
    }

    @ParameterizedTest
    @CsvSource({"TOP_UP, 1", "REFUND, -1", "REFUND_REVERSAL, 1", "DISPUTE, -1", "DISPUTE_REVERSAL, 1", "ADJUSTMENT, 1"})
    void anEntryWithoutItsReferenceCannotBeMade(EntryKind kind, long nanos) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NewEntry(
                        organization, kind, Usd.ofNanos(nanos), key, UsageSample.NOW, null, null, null, " "));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, agent_id product_id",
        "1, -1, agent_id",
        "1, -1, product_id",
        "2, 0, checkout_session_id",
        "2, -1, checkout_session_id",
        "2, 1, description",
        "3, 1, refund_id",
        "3, -1, description",
        "4, -1, refund_id",
        "5, 1, dispute_id",
        "6, -1, dispute_id",
        "7, 0, description",
        "7, 1, refund_id",
        "0, 1, description",
        "8, 1, description"
    })
    void theTableRefusesAWrongShapeEvenByRawSql(int kind, long amount, String given) {
        String columns = given.replace(' ', ',');
        String values = given.replaceAll("\\w+", "1").replace(' ', ',');

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> insert(1, kind, amount, columns, values))
                .withMessageContaining("ledger_entry_shape");
    }

    @Test
    void theTableRefusesASequenceThatStartsBeforeOne() {
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> insert(0, 7, 1, "description", "'x'"))
                .withMessageContaining("ledger_entry_shape");
    }

    private void insert(long seq, int kind, long amount, String columns, String values) {
        LEDGER.app
                .sql("INSERT INTO ledger_entry (organization_id, entry_seq, amount_nanos, balance_after_nanos,"
                        + " occurred_at, booked_at, dedupe_key, entry_kind, " + columns + ") VALUES (-1, " + seq + ", "
                        + amount + ", 0, now(), now(), gen_random_uuid(), " + kind + ", " + values + ")")
                .update();
    }

    private NewEntry topUp(String usd, String session) {
        return NewEntry.topUp(organization, Usd.of(usd), key, UsageSample.NOW, session);
    }

    private BookingOutcome book(
            EntryKind kind,
            String usd,
            @Nullable String session,
            @Nullable String refund,
            @Nullable String dispute,
            @Nullable String description) {
        return LEDGER.ledger.book(new NewEntry(
                organization,
                kind,
                Usd.of(usd),
                UUID.randomUUID(),
                UsageSample.NOW,
                session,
                refund,
                dispute,
                description));
    }
}
