package dev.aicredits.consumer.chaos;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Amounts and counts by what they are of, such as {@code org_1 balance}. */
final class Figures {
    private final Map<String, Long> values = new TreeMap<>();

    void add(String name, long amount) {
        values.merge(name, amount, Math::addExact);
    }

    /** One line for each figure in which {@code found} differs from these. */
    List<String> differencesIn(Figures found) {
        TreeSet<String> names = new TreeSet<>(values.keySet());
        names.addAll(found.values.keySet());
        return names.stream()
                .filter(name -> !values.getOrDefault(name, 0L).equals(found.values.getOrDefault(name, 0L)))
                .map(name -> "%s: expected %,d, found %,d (%+,d)"
                        .formatted(
                                name,
                                values.getOrDefault(name, 0L),
                                found.values.getOrDefault(name, 0L),
                                found.values.getOrDefault(name, 0L) - values.getOrDefault(name, 0L)))
                .toList();
    }
}
