package dev.aicredits.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180 CSV, numbers with all their digits. A text that a spreadsheet would take for a formula gets an apostrophe in front,
 * which makes it text there.
 */
final class Csv {

    private static final String END = "\r\n";
    private static final String FORMULA_STARTS = "=+-@\t\r\n";
    private static final String LAYOUT = "\t\r\n";
    private static final String QUOTED = ",\"'\r\n";

    private Csv() {}

    static String header(List<Column> columns) {
        return columns.stream().map(Column::path).collect(Collectors.joining(",", "", END));
    }

    static String row(List<Column> columns, Json row) {
        return columns.stream().map(column -> field(row.at(column.path()))).collect(Collectors.joining(",", "", END));
    }

    /** A row of path and value for each value in {@code answer}, however deep. */
    static String fields(Json answer) {
        StringBuilder rows = new StringBuilder("field,value").append(END);
        appendFields(rows, "", answer);
        return rows.toString();
    }

    private static void appendFields(StringBuilder rows, String path, Json value) {
        String prefix = path.isEmpty() ? "" : path + ".";
        if (value instanceof Json.Members members) {
            for (Map.Entry<String, Json> member : members.values().entrySet()) {
                appendFields(rows, prefix + member.getKey(), member.getValue());
            }
        } else if (value instanceof Json.Elements elements) {
            for (int i = 0; i < elements.values().size(); i++) {
                appendFields(rows, prefix + i, elements.values().get(i));
            }
        } else {
            rows.append(text(path)).append(',').append(field(value)).append(END);
        }
    }

    private static String field(@Nullable Json value) {
        if (value == null || value instanceof Json.Null) {
            return "";
        }
        if (value instanceof Json.Numeral number) {
            return Decimals.plain(number.literal());
        }
        return text(value instanceof Json.Text text ? text.value() : JsonText.compact(value));
    }

    /** What moves a cursor is an escape here too; tabs and the ends of lines are data. */
    private static String text(String given) {
        String value = given.codePoints()
                .mapToObj(Character::toString)
                .map(c -> LAYOUT.contains(c) ? c : Printable.of(c))
                .collect(Collectors.joining());
        if (value.isEmpty()) {
            return "";
        }
        boolean formula = FORMULA_STARTS.indexOf(value.charAt(0)) >= 0;
        if (!formula && value.chars().noneMatch(c -> QUOTED.indexOf(c) >= 0)) {
            return value;
        }
        return '"' + (formula ? "'" : "") + value.replace("\"", "\"\"") + '"';
    }
}
