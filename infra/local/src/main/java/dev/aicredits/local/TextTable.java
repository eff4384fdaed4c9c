package dev.aicredits.local;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of text under aligned headings, as psql prints them. */
record TextTable(List<Column> columns, List<List<String>> rows) {

    record Column(String name, boolean number) {}

    static TextTable empty() {
        return new TextTable(List.of(), List.of());
    }

    void print(PrintStream out) {
        if (columns.isEmpty()) {
            return;
        }
        List<Integer> widths = widths();
        List<String> headings = new ArrayList<>();
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            headings.add(columns.get(i).name());
            rules.add("-".repeat(widths.get(i)));
        }
        out.println(line(headings, widths, " | "));
        out.println(line(rules, widths, "-+-"));
        rows.forEach(row -> out.println(line(row, widths, " | ")));
        out.println(rows.size() == 1 ? "(1 row)" : "(" + rows.size() + " rows)");
    }

    private List<Integer> widths() {
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            int column = i;
            int longest = rows.stream()
                    .mapToInt(row -> row.get(column).length())
                    .max()
                    .orElse(0);
            widths.add(Math.max(longest, columns.get(i).name().length()));
        }
        return widths;
    }

    private String line(List<String> cells, List<Integer> widths, String separator) {
        List<String> padded = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            String blanks = " ".repeat(widths.get(i) - cells.get(i).length());
            padded.add(columns.get(i).number() ? blanks + cells.get(i) : cells.get(i) + blanks);
        }
        return padded.stream().collect(Collectors.joining(separator)).stripTrailing();
    }
}
