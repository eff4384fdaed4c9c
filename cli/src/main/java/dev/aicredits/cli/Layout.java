package dev.aicredits.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an answer is laid out for people and for spreadsheets; JSON and YAML have all of it anyway.
 *
 * @param parts what a table shows, one below the other
 * @param sheet the rows of CSV; null if CSV has a row for each value of the answer instead
 */
record Layout(List<Part> parts, @Nullable Rows sheet) {

    /** A part of an answer. */
    sealed interface Part {}

    /** Values of an object, one on a line; those that are not there are left out. */
    record Fields(List<Column> columns) implements Part {}

    /** A table of the objects in the array at {@code path}. */
    record Rows(String title, String path, List<Column> columns) implements Part {

        /** The objects. */
        List<Json> of(Json answer) {
            if (answer.at(path) instanceof Json.Elements elements) {
                return elements.values();
            }
            throw new Failure(ExitCode.UNAVAILABLE, "the answer is not the list that was asked for");
        }
    }

    /** An answer that is an array. */
    static Layout ofList(Column... columns) {
        return ofRows(new Rows("", "", List.of(columns)));
    }

    /** An answer that is a page: an object whose {@code data} is the array. */
    static Layout ofPage(Column... columns) {
        return ofRows(new Rows("", "data", List.of(columns)));
    }

    /** An answer that is an object. */
    static Layout ofObject(Column... columns) {
        return new Layout(List.of(new Fields(List.of(columns))), null);
    }

    /** This, and below it the objects in the array at {@code path}, if there are any. */
    Layout and(String title, String path, Column... columns) {
        List<Part> more = new ArrayList<>(parts);
        more.add(new Rows(title, path, List.of(columns)));
        return new Layout(List.copyOf(more), sheet);
    }

    /** This, with the last part's rows as CSV. */
    Layout withSheet() {
        return new Layout(parts, parts.get(parts.size() - 1) instanceof Rows rows ? rows : null);
    }

    private static Layout ofRows(Rows rows) {
        return new Layout(List.of(rows), rows);
    }
}
