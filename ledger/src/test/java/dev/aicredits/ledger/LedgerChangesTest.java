package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.LedgerChange.Scope;
import dev.aicredits.ledger.LedgerChange.Spend;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a booking tells of the state after it. */
class LedgerChangesTest {

    private static final TestLedger LEDGER = TestLedger.shared();

    // 100 input and 10 output tokens of test/small: 100 x 150 + 10 x 600 nano-USD.
    private static final long SAMPLE_NANOS = 21_000;

    private final String organization = LEDGER.organization();
    private final String agent = "ag_" + UUID.randomUUID();
    private final UsageSample sample = UsageSample.of(organization, agent);

    @Test
    void changesTellTheStateAfterTheBatchAndTheSpendsThatMoved() {
        LEDGER.book(sample);
        String other = LEDGER.organization();
        UsageSample elsewhere = UsageSample.of(other, "ag_" + other).anonymous();

        UsageBooking booking = LEDGER.book(
                sample.key(UUID.randomUUID()),
                elsewhere,
                sample.key(UUID.randomUUID()).user("user_2").at("2026-04-01T00:00:00Z"),
                sample);

        LocalDate march = LocalDate.parse("2026-03-01");
        LocalDate april = LocalDate.parse("2026-04-01");
        assertThat(booking.changes())
                .containsExactlyInAnyOrder(
                        new LedgerChange(
                                organization,
                                3,
                                1,
                                -3 * SAMPLE_NANOS,
                                List.of(
                                        new Spend(Scope.AGENT, agent, null, march, 2 * SAMPLE_NANOS),
                                        new Spend(Scope.AGENT, agent, null, april, SAMPLE_NANOS),
                                        new Spend(Scope.EXTERNAL_USER, agent, "user_1", march, 2 * SAMPLE_NANOS),
                                        new Spend(Scope.EXTERNAL_USER, agent, "user_2", april, SAMPLE_NANOS))),
                        new LedgerChange(
                                other,
                                1,
                                0,
                                -SAMPLE_NANOS,
                                List.of(
                                        new Spend(Scope.AGENT, "ag_" + other, null, march, SAMPLE_NANOS),
                                        new Spend(Scope.ANONYMOUS, "ag_" + other, null, march, SAMPLE_NANOS))));
    }

    @Test
    void aBatchOfNothingButDuplicatesStillTellsWhereTheLedgerStands() {
        LEDGER.book(sample);
        LEDGER.topUp(organization, "5");

        for (JdbcLedger ledger : List.of(LEDGER.ledger, LEDGER.anotherLedger())) {
            assertThat(ledger.book(LEDGER.rated(List.of(sample, sample))).changes())
                    .containsExactly(new LedgerChange(organization, 2, 2, 5_000_000_000L - SAMPLE_NANOS, List.of()));
        }
    }

    @Test
    void spendsThatAreRaisedAndSpendsThatAreOpenedAreToldEachItsOwnTotal() {
        // Users 0, 2, 4, ... are there already; in the next batch they come between new ones.
        LEDGER.book(IntStream.range(0, 10)
                .mapToObj(i -> sample.key(UUID.randomUUID()).user("user_" + 2 * i))
                .toList());

        UsageBooking booking = LEDGER.book(IntStream.range(0, 20)
                .mapToObj(i -> sample.key(UUID.randomUUID()).user("user_" + i))
                .toList());

        assertThat(booking.changes()).singleElement().satisfies(change -> assertThat(change.spends())
                .filteredOn(spend -> spend.scope() == Scope.EXTERNAL_USER)
                .hasSize(20)
                .allSatisfy(spend -> {
                    int user = Integer.parseInt(spend.externalUserId().substring("user_".length()));
                    assertThat(spend.spentNanos()).isEqualTo(user % 2 == 0 ? 2 * SAMPLE_NANOS : SAMPLE_NANOS);
                }));
    }
}
