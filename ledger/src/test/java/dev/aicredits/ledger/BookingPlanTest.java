package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.aicredits.ledger.BookingPlan.Step;
import dev.aicredits.rating.Rated.Priced;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BookingPlanTest {

    private static final long MAX = BookingPlan.BALANCE_NANOS_MAX;

    private final UsageSample sample = UsageSample.of("o", "a");
    private final TestLines lines = new TestLines();

    @Test
    void linesContinueTheSequenceAndTheBalanceOfTheirOrganization() {
        UsageLine one = line(1, 10, 100, 30, 5);
        UsageLine two = line(1, 10, 101, 30, 7);
        UsageLine three = line(2, 20, 0, 60, 1);

        BookingPlan plan =
                BookingPlan.of(List.of(one, two, three), Map.of(1L, new Position(4, 10), 2L, new Position(0, 0)));

        assertThat(plan.lines).containsExactly(one, two, three);
        assertThat(List.of(one.entrySeq, two.entrySeq, three.entrySeq)).containsExactly(5L, 6L, 1L);
        assertThat(List.of(one.balanceAfterNanos, two.balanceAfterNanos, three.balanceAfterNanos))
                .containsExactly(5L, -2L, -1L);
        assertThat(plan.steps)
                .containsEntry(1L, new Step(new Position(4, 10), new Position(6, -2)))
                .containsEntry(2L, new Step(new Position(0, 0), new Position(1, -1)));
    }

    @Test
    void spendsGrowByAgentUserAndMonth() {
        BookingPlan plan = BookingPlan.of(
                List.of(
                        line(1, 10, 100, 30, 5),
                        line(1, 10, 100, 60, 7),
                        line(1, 10, 0, 30, 11),
                        line(1, 10, 100, 30, 13)),
                Map.of(1L, new Position(0, 0)));

        assertThat(plan.agentSpends())
                .extracting(increase -> increase.slot.windowDay, BookingPlanTest::nanos)
                .containsExactly(tuple(30, List.of(29L, 3L)), tuple(60, List.of(7L, 1L)));
        assertThat(plan.agentSpends().get(0))
                .extracting(increase -> increase.anonymousNanos, increase -> increase.anonymousEntries)
                .containsExactly(11L, 1L);
        assertThat(plan.userSpends())
                .extracting(increase -> increase.slot.windowDay, BookingPlanTest::nanos)
                .containsExactly(tuple(30, List.of(18L, 2L)), tuple(60, List.of(7L, 1L)));
    }

    @Test
    void whatDoesNotFitIsLeftOutAndItsNeighboursAreNot() {
        UsageLine fits = line(1, 10, 100, 30, 3);
        UsageLine tooMuch = line(1, 10, 100, 30, 3);
        UsageLine fitsToo = line(1, 10, 100, 30, 2);

        BookingPlan plan = BookingPlan.of(List.of(fits, tooMuch, fitsToo), Map.of(1L, new Position(0, -MAX + 5)));

        assertThat(plan.lines).containsExactly(fits, fitsToo);
        assertThat(plan.outOfRange).containsExactly(tooMuch);
        assertThat(fitsToo.entrySeq).isEqualTo(2);
        assertThat(plan.steps.get(1L).to()).isEqualTo(new Position(2, -MAX));
        assertThat(nanos(plan.agentSpends().get(0))).containsExactly(5L, 2L);
    }

    @Test
    void aRefusalAloneStillNamesThePositionItRestsOn() {
        BookingPlan plan = BookingPlan.of(List.of(line(1, 10, 100, 30, 6)), Map.of(1L, new Position(3, -MAX + 5)));

        assertThat(plan.steps)
                .containsExactly(Map.entry(1L, new Step(new Position(3, -MAX + 5), new Position(3, -MAX + 5))));
    }

    @Test
    void anOrganizationWithoutABalanceIsABrokenLedger() {
        List<UsageLine> lines = List.of(line(1, 10, 100, 30, 6));

        assertThatExceptionOfType(BrokenLedgerException.class).isThrownBy(() -> BookingPlan.of(lines, Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, true",
        "0, 4000000000000000000, true",
        "0, 4000000000000000001, false",
        "0, -4000000000000000000, true",
        "0, -4000000000000000001, false",
        "4000000000000000000, -8000000000000000000, true",
        "4000000000000000000, -8000000000000000001, false",
        "4000000000000000000, 9223372036854775807, false",
        "-4000000000000000000, -9223372036854775808, false",
        "9223372036854775807, 1, false",
        "9223372036854775807, -1, true",
        "9223372036854775807, -9223372036854775807, true",
        "-9223372036854775808, 1, true",
        "-9223372036854775808, -1, false",
        "-9223372036854775808, 9223372036854775807, true",
        "9223372036854775807, -9223372036854775808, true",
        "0, -9223372036854775808, false",
        "9223372036854775807, 0, true",
        "-5000000000000000000, 0, true"
    })
    void aBalanceMovesWithinItsRangeOrBackTowardsIt(long balance, long amount, boolean inRange) {
        assertThat(BookingPlan.inRange(balance, amount)).isEqualTo(inRange);
    }

    @Test
    void theRangeIsWhatExactArithmeticSays() {
        long[] corners = {
            Long.MIN_VALUE,
            Long.MIN_VALUE + 1,
            -MAX - 1,
            -MAX,
            -MAX + 1,
            -1,
            0,
            1,
            MAX - 1,
            MAX,
            MAX + 1,
            Long.MAX_VALUE
        };
        BigInteger max = BigInteger.valueOf(MAX);
        for (long balance : corners) {
            for (long amount : corners) {
                BigInteger after = BigInteger.valueOf(balance).add(BigInteger.valueOf(amount));
                boolean fits = after.bitLength() < Long.SIZE;
                boolean near = after.abs().compareTo(max) <= 0;
                boolean back =
                        Long.signum(amount) == -Long.signum(balance) && after.signum() * Long.signum(balance) >= 0;
                assertThat(BookingPlan.inRange(balance, amount))
                        .as("%d by %d", balance, amount)
                        .isEqualTo(amount == 0 || (fits && (near || back)));
            }
        }
    }

    private static List<Long> nanos(BookingPlan.Increase increase) {
        return List.of(increase.nanos, increase.entries);
    }

    private UsageLine line(long organizationId, long agentId, long externalUserId, int windowDay, long cost) {
        return lines.line(0, sample, organizationId, agentId, externalUserId, windowDay, new Priced(cost, 1));
    }
}
