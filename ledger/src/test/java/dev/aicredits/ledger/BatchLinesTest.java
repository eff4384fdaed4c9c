package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.rating.Rated.Priced;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BatchLinesTest {

    private static final UUID KEY = new UUID(1, 1);
    private static final UUID OTHER_KEY = new UUID(1, 2);

    private final UsageSample sample = UsageSample.of("o", "a");

    @Test
    void organizationsStayInTheirOrderAndTheirLinesInTheOrderOfArrival() {
        UsageLine one = line(0, sample);
        UsageLine two = line(1, sample.key(KEY));
        UsageLine three = line(2, sample.key(OTHER_KEY));
        UsageLine four = line(3, sample.key(UUID.randomUUID()));

        BatchLines batch = BatchLines.of(List.of(List.of(two, four), List.of(one, three)));

        assertThat(batch.firsts()).containsExactly(two, four, one, three);
        assertThat(batch.repeats()).isEmpty();
    }

    @Test
    void aKeyRepeatsOnlyWithinItsOrganization() {
        UsageLine first = line(0, sample.key(KEY));
        UsageLine elsewhere = line(1, sample.key(KEY));
        UsageLine again = line(2, sample.key(KEY));
        UsageLine third = line(3, sample.key(KEY));

        BatchLines batch = BatchLines.of(List.of(List.of(first, again, third), List.of(elsewhere)));

        assertThat(batch.firsts()).containsExactly(first, elsewhere);
        assertThat(batch.repeats()).containsExactly(Map.entry(again, first), Map.entry(third, first));
    }

    @Test
    void everyRepeatIsFoundAmongThousandsOfKeysThatDifferInOneBit() {
        List<UsageLine> lines = new ArrayList<>();
        for (int i = 0; i < 6_000; i++) {
            lines.add(line(i, sample.key(new UUID((long) (i % 1_000) << 44, i % 3))));
        }

        BatchLines batch = BatchLines.of(List.of(lines));

        assertThat(batch.firsts()).isEqualTo(lines.subList(0, 3_000));
        assertThat(batch.repeats()).hasSize(3_000);
        batch.repeats().forEach((repeat, first) -> assertThat(first).isSameAs(lines.get(repeat.index - 3_000)));
    }

    @Test
    void aRepeatSharesTheFateOfItsFirst() {
        UsageLine first = line(0, sample.key(KEY));
        UsageLine same = line(1, sample.key(KEY).at("2026-04-01T00:00:00Z"));
        UsageLine other = line(2, sample.key(KEY).toolCalls(1));

        assertThat(BatchLines.outcome(same, first, new Booked(5, -1))).isEqualTo(new Duplicate(5));
        assertThat(BatchLines.outcome(other, first, new Booked(5, -1))).isEqualTo(new Conflict(5));
        assertThat(BatchLines.outcome(same, first, new Duplicate(4))).isEqualTo(new Duplicate(4));
        assertThat(BatchLines.outcome(other, first, new Duplicate(4))).isEqualTo(new Conflict(4));
        assertThat(BatchLines.outcome(same, first, new OutOfRange())).isEqualTo(new OutOfRange());
    }

    @Test
    void onlyTheDatabaseCanJudgeTheRepeatOfAConflict() {
        UsageLine first = line(0, sample.key(KEY));
        UsageLine repeat = line(1, sample.key(KEY));
        UsageLine booked = line(2, sample.key(OTHER_KEY));
        UsageLine repeatOfBooked = line(3, sample.key(OTHER_KEY));
        BatchLines batch = BatchLines.of(List.of(List.of(first, repeat, booked, repeatOfBooked)));

        BookingOutcome[] outcomes = {new Conflict(1), null, new Booked(2, 0), null};
        assertThat(batch.undecided(outcomes)).containsExactly(repeat);
    }

    private static UsageLine line(int index, UsageSample sample) {
        return new TestLines().line(index, sample, 1, 1, 1, 0, new Priced(1, 1));
    }
}
