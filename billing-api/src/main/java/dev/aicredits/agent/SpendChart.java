package dev.aicredits.agent;

import dev.aicredits.agent.JdbcAgents.DayRow;
import dev.aicredits.money.Usd;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was spent by day and model, for a chart and the table beside it: a series for each of the models that most was spent on,
 * and one for the rest. Pure.
 *
 * @param days all of them, also those without usage
 * @param series as many amounts as days, each
 */
record SpendChart(List<LocalDate> days, List<Series> series) {

    /** The amounts of one model. */
    record Series(String name, List<BigDecimal> spendUsd, BigDecimal totalUsd) {}

    static final int SERIES_MAX = 6;
    private static final String OTHERS = "Others";

    static SpendChart of(List<DayRow> rows, LocalDate from, LocalDate to) {
        List<LocalDate> days = from.datesUntil(to.plusDays(1)).toList();
        Map<String, Map<LocalDate, Long>> products = new LinkedHashMap<>();
        for (DayRow row : rows) {
            products.computeIfAbsent(name(row), name -> new LinkedHashMap<>())
                    .merge(row.day(), row.spentNanos(), Math::addExact);
        }
        List<Map.Entry<String, Map<LocalDate, Long>>> byTotal = new ArrayList<>(products.entrySet());
        byTotal.sort(Comparator.comparing(product -> -total(product.getValue())));
        List<Series> series = new ArrayList<>();
        Map<LocalDate, Long> others = new LinkedHashMap<>();
        for (int i = 0; i < byTotal.size(); i++) {
            if (i < SERIES_MAX) {
                series.add(series(byTotal.get(i).getKey(), byTotal.get(i).getValue(), days));
            } else {
                byTotal.get(i).getValue().forEach((day, nanos) -> others.merge(day, nanos, Math::addExact));
            }
        }
        if (!others.isEmpty()) {
            series.add(series(OTHERS, others, days));
        }
        return new SpendChart(days, List.copyOf(series));
    }

    private static String name(DayRow row) {
        return row.model().isEmpty() ? row.usageKind().replace('_', ' ') : row.model();
    }

    private static Series series(String name, Map<LocalDate, Long> spent, List<LocalDate> days) {
        return new Series(
                name, days.stream().map(day -> usd(spent.getOrDefault(day, 0L))).toList(), usd(total(spent)));
    }

    private static long total(Map<LocalDate, Long> spent) {
        return spent.values().stream().reduce(0L, Math::addExact);
    }

    private static BigDecimal usd(long nanos) {
        return Usd.ofNanos(nanos).toDecimal();
    }
}
