package dev.aicredits.cli;

import dev.aicredits.cli.Layout.Fields;
import dev.aicredits.cli.Layout.Rows;
import dev.aicredits.cli.Output.Format;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Prints answers in the format that was asked for. */
final class Printer {

    private static final String GAP = "  ";

    /** Prints the rows of one page after the other, in the memory of one. */
    interface Pages extends AutoCloseable {
        void add(List<Json> rows);

        /** Prints what ends the document. */
        @Override
        void close();
    }

    private final Format format;
    private final OutputWriter out;

    Printer(Format format, OutputWriter out) {
        this.format = format;
        this.out = out;
    }

    boolean isForPeople() {
        return format == Format.table;
    }

    void print(Json answer, Layout layout) {
        switch (format) {
            case table -> printTable(answer, layout);
            case csv -> printCsv(answer, layout);
            case json, yaml -> {
                try (JsonGenerator generator = generator()) {
                    answer.write(generator);
                }
                endLine();
            }
        }
        out.flush();
    }

    /** Prints rows as the {@code data} of one answer. */
    Pages pages(Rows rows) {
        return switch (format) {
            case table -> tablePages(new Table(rows.columns()));
            case csv -> {
                out.write(Csv.header(rows.columns()));
                yield csvPages(rows.columns());
            }
            case json, yaml -> {
                JsonGenerator generator = generator();
                generator.writeStartObject();
                generator.writeName("data");
                generator.writeStartArray();
                yield documentPages(generator);
            }
        };
    }

    private Pages tablePages(Table table) {
        return new Pages() {
            @Override
            public void add(List<Json> rows) {
                out.write(table.lines(rows));
                out.flush();
            }

            @Override
            public void close() {
                out.flush();
            }
        };
    }

    private Pages csvPages(List<Column> columns) {
        return new Pages() {
            @Override
            public void add(List<Json> rows) {
                rows.forEach(row -> out.write(Csv.row(columns, row)));
                out.flush();
            }

            @Override
            public void close() {
                out.flush();
            }
        };
    }

    private Pages documentPages(JsonGenerator generator) {
        return new Pages() {
            @Override
            public void add(List<Json> rows) {
                rows.forEach(row -> row.write(generator));
                generator.flush();
            }

            @Override
            public void close() {
                generator.writeEndArray();
                generator.writeEndObject();
                generator.close();
                endLine();
                out.flush();
            }
        };
    }

    private JsonGenerator generator() {
        return format == Format.yaml ? YamlText.generator(out) : JsonText.indented(out);
    }

    /** YAML ends its own. */
    private void endLine() {
        if (format == Format.json) {
            out.write("\n");
        }
    }

    private void printCsv(Json answer, Layout layout) {
        Rows sheet = layout.sheet();
        if (sheet == null) {
            out.write(Csv.fields(answer));
            return;
        }
        out.write(Csv.header(sheet.columns()));
        sheet.of(answer).forEach(row -> out.write(Csv.row(sheet.columns(), row)));
    }

    private void printTable(Json answer, Layout layout) {
        boolean first = true;
        for (Layout.Part part : layout.parts()) {
            String lines = lines(part, answer, layout.parts().size() > 1);
            if (!lines.isEmpty()) {
                out.write(first ? lines : "\n" + lines);
                first = false;
            }
        }
    }

    private static String lines(Layout.Part part, Json answer, boolean amongOthers) {
        if (part instanceof Fields fields) {
            return fieldLines(fields, answer);
        }
        Rows rows = (Rows) part;
        if (amongOthers && (answer.at(rows.path()) == null || rows.of(answer).isEmpty())) {
            return "";
        }
        String title = rows.title().isEmpty() ? "" : rows.title() + "\n";
        return title + new Table(rows.columns()).lines(rows.of(answer));
    }

    private static String fieldLines(Fields fields, Json answer) {
        List<Column> there = fields.columns().stream()
                .filter(column -> answer.at(column.path()) != null)
                .toList();
        int width =
                there.stream().mapToInt(column -> column.title().length()).max().orElse(0);
        StringBuilder lines = new StringBuilder();
        for (Column column : there) {
            lines.append(column.title())
                    .append(" ".repeat(width - column.title().length()))
                    .append(GAP)
                    .append(column.cell(answer))
                    .append('\n');
        }
        return lines.toString();
    }
}
