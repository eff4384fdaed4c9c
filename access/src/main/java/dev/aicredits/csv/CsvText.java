package dev.aicredits.csv;

import org.jspecify.annotations.Nullable;

/**
 * A text as a field of RFC 4180 CSV. One that a spreadsheet would take for a formula gets an apostrophe in front, which makes it
 * text there.
 */
public final class CsvText {

    private static final String FORMULA_STARTS = "=+-@\t\r\n";

    private CsvText() {}

    /** Appends the field, quoted if need be; nothing for null. */
    public static void append(StringBuilder csv, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            return;
        }
        boolean formula = FORMULA_STARTS.indexOf(value.charAt(0)) >= 0;
        if (!formula && !needsQuotes(value)) {
            csv.append(value);
            return;
        }
        csv.append('"');
        if (formula) {
            csv.append('\'');
        }
        csv.append(value.replace("\"", "\"\"")).append('"');
    }

    private static boolean needsQuotes(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ',' || c == '"' || c == '\r' || c == '\n' || c == '\'') {
                return true;
            }
        }
        return false;
    }
}
