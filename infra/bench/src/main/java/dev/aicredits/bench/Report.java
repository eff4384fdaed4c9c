package dev.aicredits.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Collects measurements; prints them as a table, with ratios between rows, and writes all of it as JSON. */
final class Report {

    private static final String ROW = "%-68s %12s %12s %9s %7s %7s %8s %8s %8s%n";

    private final PrintStream out;
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, Double> ratios = new LinkedHashMap<>();

    Report(PrintStream out) {
        this.out = out;
    }

    void printHeader() {
        out.printf(ROW, "scenario", "events", "events/s", "CPU µs", "WAL B", "disk B", "p50 ms", "p95 ms", "p99 ms");
    }

    Measurement add(Measurement measured) {
        measurements.add(measured);
        out.printf(
                ROW,
                measured.scenario(),
                "%,d".formatted(measured.events()),
                "%,.0f".formatted(measured.eventsPerSecond()),
                figure(measured.cpuMicrosPerEvent(), 2),
                figure(measured.walBytesPerEntry(), 0),
                figure(measured.diskBytesPerEntry(), 0),
                figure(measured.p50Millis(), 1),
                figure(measured.p95Millis(), 1),
                figure(measured.p99Millis(), 1));
        if (measured.note() != null) {
            out.println("    " + measured.note());
        }
        out.flush();
        return measured;
    }

    void ratio(String name, double value) {
        ratios.put(name, value);
        out.printf(Locale.ROOT, "    %s: %.2f%n", name, value);
    }

    void note(String text) {
        notes.add(text);
        out.println("    " + text);
    }

    private static String figure(@Nullable Double value, int decimals) {
        return value == null ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    void write(Path file) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("processors", Runtime.getRuntime().availableProcessors());
        document.put("java", Runtime.version().toString());
        document.put("measurements", measurements);
        document.put("ratios", ratios);
        document.put("notes", notes);
        JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), document);
        out.println("Written to " + file);
    }
}
