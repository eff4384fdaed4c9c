package dev.aicredits.agent;

import dev.aicredits.agent.JdbcAgents.DayRow;
import dev.aicredits.money.Usd;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Totals of days and products, added up two ways. Pure. */
record UsageTotals(List<Day> spendByDay, List<Model> spendByModel, BigDecimal totalUsd) {

    /** What was spent on a UTC day; days without usage are there too. */
    record Day(LocalDate day, BigDecimal spendUsd, long calls) {}

    /** What was spent of a product in all the days. */
    record Model(
            String usageKind,
            @Nullable String provider,
            @Nullable String model,
            String unit,
            BigDecimal spendUsd,
            long calls) {}

    private record Sum(long nanos, long calls) {
        private static final Sum NOTHING = new Sum(0, 0);

        private static Sum of(DayRow row) {
            return new Sum(row.spentNanos(), row.entryCount());
        }

        private Sum plus(Sum other) {
            return new Sum(Math.addExact(nanos, other.nanos), calls + other.calls);
        }
    }

    private record Product(String usageKind, String provider, String model, String unit) {}

    /** Adds up rows of the days from {@code from} to {@code to}, both included. */
    static UsageTotals of(List<DayRow> rows, LocalDate from, LocalDate to) {
        Map<LocalDate, Sum> days = new TreeMap<>();
        from.datesUntil(to.plusDays(1)).forEach(day -> days.put(day, Sum.NOTHING));
        Map<Product, Sum> products = new LinkedHashMap<>();
        Sum all = Sum.NOTHING;
        for (DayRow row : rows) {
            Sum sum = Sum.of(row);
            all = all.plus(sum);
            days.merge(row.day(), sum, Sum::plus);
            products.merge(new Product(row.usageKind(), row.provider(), row.model(), row.unit()), sum, Sum::plus);
        }
        return new UsageTotals(
                days.entrySet().stream()
                        .map(day -> new Day(
                                day.getKey(),
                                usd(day.getValue()),
                                day.getValue().calls()))
                        .toList(),
                products.entrySet().stream()
                        .map(UsageTotals::model)
                        .sorted(Comparator.comparing(Model::spendUsd).reversed())
                        .toList(),
                usd(all));
    }

    private static Model model(Map.Entry<Product, Sum> entry) {
        Product product = entry.getKey();
        Sum sum = entry.getValue();
        return new Model(
                product.usageKind(),
                product.provider().isEmpty() ? null : product.provider(),
                product.model().isEmpty() ? null : product.model(),
                product.unit(),
                usd(sum),
                sum.calls());
    }

    private static BigDecimal usd(Sum sum) {
        return Usd.ofNanos(sum.nanos()).toDecimal();
    }
}
