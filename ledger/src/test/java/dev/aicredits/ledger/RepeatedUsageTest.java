package dev.aicredits.ledger;

import static dev.aicredits.ledger.UsageSample.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.DedupeKeys;
import dev.aicredits.usage.UsageKind;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes again is debited once, and what only claims to be the same is told; afterwards the audit is clean. */
class RepeatedUsageTest {

    private static final TestLedger LEDGER = TestLedger.shared();

    // 100 input and 10 output tokens of test/small: 100 x 150 + 10 x 600 nano-USD.
    private static final long SAMPLE_NANOS = 21_000;

    private final String organization = LEDGER.organization();
    private final String agent = "ag_" + UUID.randomUUID();
    private final UsageSample sample = UsageSample.of(organization, agent);

    @AfterAll
    static void theLedgerIsRight() {
        assertThat(LEDGER.audit()).isEmpty();
    }

    @Test
    void aRedeliveredBatchIsDebitedOnce() {
        List<UsageSample> batch = IntStream.range(0, 50)
                .mapToObj(i -> sample.key(UUID.randomUUID()))
                .toList();
        LEDGER.book(batch);
        long balance = LEDGER.balance(organization);

        List<BookingOutcome> here = LEDGER.book(batch).outcomes();
        List<BookingOutcome> elsewhere =
                LEDGER.anotherLedger().book(LEDGER.rated(batch)).outcomes();

        List<BookingOutcome> duplicates = IntStream.rangeClosed(1, 50)
                .<BookingOutcome>mapToObj(Duplicate::new)
                .toList();
        assertThat(here).isEqualTo(duplicates);
        assertThat(elsewhere).isEqualTo(duplicates);
        assertThat(LEDGER.balance(organization)).isEqualTo(balance);
        assertThat(LEDGER.entries(organization)).isEqualTo(50);
    }

    @Test
    void aKeyRepeatedInItsBatchIsDebitedOnce() {
        UsageSample other = sample.key(UUID.randomUUID());

        UsageBooking booking = LEDGER.book(sample, other, sample, sample.at("2026-04-02T00:00:00Z"), other);

        assertThat(booking.outcomes())
                .containsExactly(
                        new Booked(1, -SAMPLE_NANOS),
                        new Booked(2, -2 * SAMPLE_NANOS),
                        new Duplicate(1),
                        new Duplicate(1),
                        new Duplicate(2));
    }

    @Test
    void aRetryStampedWithAnotherTimeIsStillADuplicate() {
        LEDGER.book(sample);

        assertThat(LEDGER.book(sample.at("2026-04-15T00:00:00Z")).outcomes()).containsExactly(new Duplicate(1));
        assertThat(LEDGER.spends(organization, "agent_spend_statement", "agent_id"))
                .containsExactly(agent + " 2026-03-01 21000 1");
    }

    @Test
    void newUsageAmongDuplicatesIsBooked() {
        LEDGER.book(sample);
        UsageSample fresh = sample.key(UUID.randomUUID());

        UsageBooking booking = LEDGER.book(fresh, sample, fresh.key(UUID.randomUUID()));

        assertThat(booking.outcomes())
                .containsExactly(new Booked(2, -2 * SAMPLE_NANOS), new Duplicate(1), new Booked(3, -3 * SAMPLE_NANOS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0192f0c1-2b3c-7def-8123-456789abcdef", "evt_1", "", "NULL", "a,b\"{}\\"})
    void anyIdMayBeRedelivered(String id) {
        UsageSample event = sample.key(DedupeKeys.of("/agents", id));

        assertThat(LEDGER.book(event).outcomes()).containsExactly(new Booked(1, -SAMPLE_NANOS));
        assertThat(LEDGER.book(event).outcomes()).containsExactly(new Duplicate(1));
    }

    @ParameterizedTest
    @MethodSource("otherBodies")
    void theSameKeyWithAnotherBillableFactIsAConflict(UsageSample other) {
        UsageSample first = sample.used(tokens(100, 20, 10, 10));
        String otherAgent = other.agent().isEmpty() ? agent : agent + "_2";
        UsageSample changed = other.key(first.key()).organization(organization).agent(otherAgent);
        LEDGER.book(first);
        long balance = LEDGER.balance(organization);

        assertThat(LEDGER.book(changed).outcomes()).containsExactly(new Conflict(1));
        assertThat(LEDGER.book(first, changed).outcomes()).containsExactly(new Duplicate(1), new Conflict(1));
        // The first line of the key in the batch is not the one that was booked.
        assertThat(LEDGER.book(changed, first, changed).outcomes())
                .containsExactly(new Conflict(1), new Duplicate(1), new Conflict(1));
        assertThat(LEDGER.balance(organization)).isEqualTo(balance);
    }

    @Test
    void quantitiesUnitsAndTrustedCostsAreBillableFacts() {
        UsageSample calls = sample.toolCalls(5);
        UsageSample trusted = sample.key(UUID.randomUUID()).trusted("0.5");
        LEDGER.book(calls, trusted);

        assertThat(LEDGER.book(calls.toolCalls(6), trusted.trusted("0.500000001"))
                        .outcomes())
                .containsExactly(new Conflict(1), new Conflict(2));
        assertThat(LEDGER.book(calls.used(new Counted(UsageKind.HOSTED_SERVER, "second", 5)), trusted)
                        .outcomes())
                .containsExactly(new Conflict(1), new Duplicate(2));
    }

    @Test
    void aSourceThatIsTrustedSinceThenSendsNoConflictsInAReplay() {
        UsageSample trusted = sample.key(UUID.randomUUID()).trusted("0.5");
        UsageSample noMore = UsageSample.of(organization, agent).key(trusted.key());
        LEDGER.book(sample, trusted);

        assertThat(LEDGER.book(sample.trusted("7"), noMore).outcomes())
                .containsExactly(new Duplicate(1), new Duplicate(2));
    }

    @Test
    void aReplayRatedByALaterVersionIsADuplicate() {
        LEDGER.book(sample);

        UsageBooking booking =
                LEDGER.ledger.book(List.of(new RatedUsage(sample.event(), new Priced(99, TestRates.VERSION + 1))));

        assertThat(booking.outcomes()).containsExactly(new Duplicate(1));
    }

    @Test
    void aKeyThatATopUpUsedIsAConflict() {
        LEDGER.ledger.book(NewEntry.topUp(organization, Usd.of("5"), sample.key(), UsageSample.NOW, "cs_1"));
        UsageSample fresh = sample.key(UUID.randomUUID());

        assertThat(LEDGER.book(sample, fresh, sample.trusted("0")).outcomes())
                .containsExactly(new Conflict(1), new Booked(2, 5_000_000_000L - SAMPLE_NANOS), new Conflict(1));
    }

    @Test
    void theSameKeyInTwoOrganizationsIsTwoEvents() {
        UsageSample elsewhere = sample.organization(LEDGER.organization()).agent(agent + "_2");

        assertThat(LEDGER.book(sample, elsewhere).outcomes())
                .containsExactly(new Booked(1, -SAMPLE_NANOS), new Booked(1, -SAMPLE_NANOS));
    }

    static List<UsageSample> otherBodies() {
        UsageSample first = UsageSample.of("", "").used(tokens(100, 20, 10, 10));
        return List.of(
                first.agent("another"),
                first.user("another"),
                first.anonymous(),
                first.used(new Inference("test", "embedding", 100, 20, 10, 0)),
                first.used(tokens(101, 20, 10, 10)),
                first.used(tokens(100, 21, 10, 10)),
                first.used(tokens(100, 20, 11, 10)),
                first.used(tokens(100, 20, 10, 11)),
                first.toolCalls(1));
    }
}
