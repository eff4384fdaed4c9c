package dev.aicredits.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.agent.JdbcAgents.DayRow;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpendChartTest {

    private static final LocalDate MONDAY = LocalDate.of(2026, 11, 23);

    @Test
    void eachModelHasAnAmountForEachDayTheGreatestSpenderFirst() {
        SpendChart chart = SpendChart.of(
                List.of(row(MONDAY, "small", 1), row(MONDAY, "large", 5), row(MONDAY.plusDays(2), "small", 2)),
                MONDAY,
                MONDAY.plusDays(2));

        assertThat(chart.days()).containsExactly(MONDAY, MONDAY.plusDays(1), MONDAY.plusDays(2));
        assertThat(chart.series()).extracting(SpendChart.Series::name).containsExactly("large", "small");
        assertThat(chart.series().get(1).spendUsd())
                .extracting(Object::toString)
                .containsExactly("1", "0", "2");
        assertThat(chart.series().get(1).totalUsd()).isEqualByComparingTo("3");
    }

    @Test
    void whatIsLessThanTheGreatestIsOthers() {
        List<DayRow> rows = new ArrayList<>();
        for (int model = 1; model <= SpendChart.SERIES_MAX + 2; model++) {
            rows.add(row(MONDAY, "model-" + model, model));
        }
        SpendChart chart = SpendChart.of(rows, MONDAY, MONDAY);

        assertThat(chart.series()).hasSize(SpendChart.SERIES_MAX + 1);
        SpendChart.Series others = chart.series().get(SpendChart.SERIES_MAX);
        assertThat(others.name()).isEqualTo("Others");
        assertThat(others.totalUsd()).isEqualByComparingTo("3");
    }

    private static DayRow row(LocalDate day, String model, long usd) {
        return new DayRow(day, "inference", "provider", model, "token", usd * 1_000_000_000, 1);
    }
}
