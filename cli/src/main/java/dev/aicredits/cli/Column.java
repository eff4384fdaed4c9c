package dev.aicredits.cli;

import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One value of an answer, and how people read it.
 *
 * @param title what people call it; empty where only CSV has it
 * @param path where it is in the object; CSV's name for it
 */
record Column(String title, String path, Kind kind) {

    private static final String NOTHING = "-";

    /** What the value is. */
    enum Kind {
        TEXT,
        COUNT,
        USD,
        CENTS;

        boolean isMoney() {
            return this == USD || this == CENTS;
        }
    }

    static Column text(String title, String path) {
        return new Column(title, path, Kind.TEXT);
    }

    static Column count(String title, String path) {
        return new Column(title, path, Kind.COUNT);
    }

    static Column usd(String title, String path) {
        return new Column(title, path, Kind.USD);
    }

    static Column cents(String title, String path) {
        return new Column(title, path, Kind.CENTS);
    }

    /** One that a table has no room for. */
    static Column inCsv(String path) {
        return new Column("", path, Kind.TEXT);
    }

    boolean isInTable() {
        return !title.isEmpty();
    }

    String heading() {
        return title.toUpperCase(Locale.ROOT);
    }

    /** The cell of {@code row} for people. */
    String cell(Json row) {
        return shown(row.at(path));
    }

    private String shown(@Nullable Json value) {
        if (value == null) {
            return NOTHING;
        }
        if (value instanceof Json.Numeral number) {
            return switch (kind) {
                case USD -> Decimals.usd(number.literal());
                case CENTS -> Decimals.cents(number.literal());
                case TEXT, COUNT -> Decimals.plain(number.literal());
            };
        }
        if (value instanceof Json.Text text) {
            return Printable.of(text.value());
        }
        if (value instanceof Json.Elements elements) {
            return elements.values().stream().map(this::shown).collect(Collectors.joining(", "));
        }
        return Printable.of(JsonText.compact(value));
    }
}
