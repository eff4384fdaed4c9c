package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetWindowTest {

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T00:00:00Z, 2026-03-01",
        "2026-03-31T23:59:59.999999999Z, 2026-03-01",
        "2026-04-01T00:00:00Z, 2026-04-01",
        "2024-02-29T12:00:00Z, 2024-02-01",
        "1970-01-01T00:00:00Z, 1970-01-01",
        "1969-12-31T23:59:59.999999999Z, 1969-12-01",
        "2025-12-31T23:59:59Z, 2025-12-01"
    })
    void aTimeBelongsToItsUtcMonth(Instant time, LocalDate start) {
        assertThat(new BudgetWindow().startDay(time)).isEqualTo(start.toEpochDay());
    }

    @Test
    void whatItRemembersOfOneMonthDoesNotLeakIntoAnother() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        BudgetWindow window = new BudgetWindow();
        Instant month = Instant.parse("2026-03-01T00:00:00Z");
        for (int i = 0; i < 2_000; i++) {
            Instant time =
                    month.plusSeconds(random.nextInt(90 * 86_400) - 45 * 86_400).plusNanos(random.nextInt(3) - 1);

            long expected = YearMonth.from(time.atZone(ZoneOffset.UTC)).atDay(1).toEpochDay();

            assertThat(window.startDay(time)).as("seed %d, %s", seed, time).isEqualTo(expected);
        }
    }
}
