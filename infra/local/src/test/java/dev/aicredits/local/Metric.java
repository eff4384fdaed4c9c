package dev.aicredits.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A metric, as infra/METRICS.md has it or as a service tells it.
 *
 * @param labels without those of a histogram's or summary's own
 */
record Metric(String name, String type, Set<String> labels) {

    static final Path DOCUMENT = Path.of("..", "METRICS.md");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\w+) \\| ([^|]*)\\|");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\w+) (\\w+)$");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? [^ ]+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern DOCUMENTED_LABEL = Pattern.compile("`(\\w+)`");
    private static final Pattern PART = Pattern.compile("_(bucket|count|sum|max)$");
    private static final Set<String> OWN_LABELS = Set.of("le", "quantile");

    /** Those of infra/METRICS.md, by name. */
    static Map<String, Metric> documented() throws IOException {
        Map<String, Metric> metrics = new TreeMap<>();
        ROW.matcher(Files.readString(DOCUMENT))
                .results()
                .forEach(row -> metrics.put(
                        row.group(1), new Metric(row.group(1), row.group(2), names(DOCUMENTED_LABEL, row.group(3)))));
        return metrics;
    }

    /** Those of a page of Prometheus' text format, by name. */
    static Map<String, Metric> told(String page) {
        Map<String, String> types = TYPE.matcher(page)
                .results()
                .collect(Collectors.toMap(type -> type.group(1), type -> type.group(2), (first, second) -> first));
        types.keySet().removeIf(name -> isMaximum(name, types));
        Map<String, Set<String>> labels = new HashMap<>();
        for (MatchResult sample : SAMPLE.matcher(page).results().toList()) {
            String name = types.containsKey(sample.group(1))
                    ? sample.group(1)
                    : PART.matcher(sample.group(1)).replaceFirst("");
            String list = sample.group(2);
            labels.computeIfAbsent(name, absent -> new TreeSet<>())
                    .addAll(list == null ? Set.of() : names(LABEL, list));
        }
        Map<String, Metric> metrics = new TreeMap<>();
        types.forEach((name, type) -> {
            Set<String> own = labels.getOrDefault(name, Set.of());
            metrics.put(
                    name,
                    new Metric(
                            name,
                            type,
                            own.stream()
                                    .filter(label -> !OWN_LABELS.contains(label))
                                    .collect(Collectors.toCollection(TreeSet::new))));
        });
        return metrics;
    }

    private static boolean isMaximum(String name, Map<String, String> types) {
        return name.endsWith("_max")
                && Set.of("histogram", "summary").contains(types.getOrDefault(name.replaceFirst("_max$", ""), ""));
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    boolean isOurs() {
        return name.startsWith("aicredits_");
    }

    /** Whether Prometheus has a series of that name from it. */
    boolean hasSeries(String series) {
        boolean isTimed = type.equals("histogram") || type.equals("summary");
        if (!isTimed) {
            return series.equals(name);
        }
        return series.equals(name + "_count")
                || series.equals(name + "_sum")
                || series.equals(name + "_max")
                || (type.equals("histogram") && series.equals(name + "_bucket"));
    }
}
