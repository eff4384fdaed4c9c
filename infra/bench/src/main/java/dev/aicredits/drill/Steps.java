package dev.aicredits.drill;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a drill did and found: a line for each step as it comes, and all of it at the end. */
final class Steps {

    private final String drill;
    private final PrintStream out;
    private final long start = System.nanoTime();
    private final List<String> lines = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();

    Steps(String drill, PrintStream out) {
        this.drill = drill;
        this.out = out;
    }

    /** What was done or seen. */
    void step(String text) {
        String line = String.format(Locale.ROOT, "%-18s %7.1f s  %s", drill, seconds(), text);
        lines.add(line);
        out.println(line);
        out.flush();
    }

    /** What must hold. */
    void holds(String what, boolean holds) {
        step((holds ? "holds: " : "DOES NOT HOLD: ") + what);
        if (!holds) {
            broken.add(what);
        }
    }

    /** What was measured. */
    void figure(String name, Object value) {
        figures.put(name, value);
        step(name + ": " + value);
    }

    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    boolean allHold() {
        return broken.isEmpty();
    }

    /** For the file. */
    Map<String, Object> result() {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("drill", drill);
        result.put("state", allHold() ? "held" : "did not hold");
        result.put("seconds", Math.round(seconds()));
        result.put("broken", broken);
        result.put("figures", figures);
        result.put("steps", lines);
        return result;
    }
}
