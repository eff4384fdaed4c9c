package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.rating.Rated.Priced;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UsageBatchTest {

    private static final UUID KEY = new UUID(1, 1);
    private static final UUID OTHER_KEY = new UUID(1, 2);

    private final UsageSample sample = UsageSample.of("o", "a");

    @Test
    void linesStandByOrganizationAndInItInTheOrderOfArrival() {
        UsageLine one = line(0, 7, sample);
        UsageLine two = line(1, 3, sample.key(KEY));
        UsageLine three = line(2, 7, sample.key(OTHER_KEY));
        UsageLine four = line(3, 3, sample);

        UsageBatch batch = UsageBatch.of(List.of(one, two, three, four));

        assertThat(batch.firsts()).containsExactly(two, four, one, three);
        assertThat(batch.repeats()).isEmpty();
    }

    @Test
    void aKeyRepeatsOnlyWithinItsOrganization() {
        UsageLine first = line(0, 1, sample.key(KEY));
        UsageLine elsewhere = line(1, 2, sample.key(KEY));
        UsageLine again = line(2, 1, sample.key(KEY));
        UsageLine third = line(3, 1, sample.key(KEY));

        UsageBatch batch = UsageBatch.of(List.of(first, elsewhere, again, third));

        assertThat(batch.firsts()).containsExactly(first, elsewhere);
        assertThat(batch.repeats()).containsExactly(Map.entry(again, first), Map.entry(third, first));
    }

    @Test
    void aRepeatSharesTheFateOfItsFirst() {
        UsageLine first = line(0, 1, sample.key(KEY));
        UsageLine same = line(1, 1, sample.key(KEY).at("2026-04-01T00:00:00Z"));
        UsageLine other = line(2, 1, sample.key(KEY).toolCalls(1));

        assertThat(UsageBatch.outcome(same, first, new Booked(5, -1))).isEqualTo(new Duplicate(5));
        assertThat(UsageBatch.outcome(other, first, new Booked(5, -1))).isEqualTo(new Conflict(5));
        assertThat(UsageBatch.outcome(same, first, new Duplicate(4))).isEqualTo(new Duplicate(4));
        assertThat(UsageBatch.outcome(other, first, new Duplicate(4))).isEqualTo(new Conflict(4));
        assertThat(UsageBatch.outcome(same, first, new OutOfRange())).isEqualTo(new OutOfRange());
    }

    @Test
    void onlyTheDatabaseCanJudgeTheRepeatOfAConflict() {
        UsageLine first = line(0, 1, sample.key(KEY));
        UsageLine repeat = line(1, 1, sample.key(KEY));
        UsageLine booked = line(2, 1, sample.key(OTHER_KEY));
        UsageLine repeatOfBooked = line(3, 1, sample.key(OTHER_KEY));
        UsageBatch batch = UsageBatch.of(List.of(first, repeat, booked, repeatOfBooked));

        assertThat(batch.undecided(Map.of(first, new Conflict(1), booked, new Booked(2, 0))))
                .containsExactly(repeat);
    }

    private static UsageLine line(int index, long organizationId, UsageSample sample) {
        return new UsageLine(index, new RatedUsage(sample.event(), new Priced(1, 1)), organizationId, 1, 1, 1, 0);
    }
}
