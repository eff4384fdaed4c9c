package dev.aicredits.cli;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** A JSON value. A number is kept as it was written, digit by digit, so that money passes through unchanged. */
sealed interface Json {

    /** Writes this value, the last thing in its place, to {@code generator}. */
    void write(JsonGenerator generator);

    /** An object; the order of its members is that of the text. */
    record Members(Map<String, Json> values) implements Json {
        @Override
        public void write(JsonGenerator generator) {
            generator.writeStartObject();
            values.forEach((name, value) -> {
                generator.writeName(name);
                value.write(generator);
            });
            generator.writeEndObject();
        }

        /** This object with one more member, or with another value for it. */
        Members with(String name, Json value) {
            Map<String, Json> changed = new LinkedHashMap<>(values);
            changed.put(name, value);
            return new Members(changed);
        }
    }

    /** An array. */
    record Elements(List<Json> values) implements Json {
        @Override
        public void write(JsonGenerator generator) {
            generator.writeStartArray();
            values.forEach(value -> value.write(generator));
            generator.writeEndArray();
        }
    }

    /** A string. */
    record Text(String value) implements Json {
        @Override
        public void write(JsonGenerator generator) {
            generator.writeString(value);
        }
    }

    /** A number, by its own text. */
    record Numeral(String literal) implements Json {
        @Override
        public void write(JsonGenerator generator) {
            generator.writeNumber(literal);
        }
    }

    /** A truth value. */
    record Bool(boolean value) implements Json {
        @Override
        public void write(JsonGenerator generator) {
            generator.writeBoolean(value);
        }
    }

    /** null. */
    enum Null implements Json {
        VALUE;

        @Override
        public void write(JsonGenerator generator) {
            generator.writeNull();
        }
    }

    /** An object without members, to begin with. */
    static Members object() {
        return new Members(Map.of());
    }

    /** An amount as a number, never in exponent form. */
    static Json amount(BigDecimal usd) {
        return new Numeral(usd.toPlainString());
    }

    /** What the path, names with dots between them, leads to; null if it leads nowhere or to a null. The empty path is here. */
    default @Nullable Json at(String path) {
        if (path.isEmpty()) {
            return this instanceof Null ? null : this;
        }
        int dot = path.indexOf('.');
        String name = dot < 0 ? path : path.substring(0, dot);
        Json next = this instanceof Members members ? members.values().get(name) : null;
        return next == null ? null : next.at(dot < 0 ? "" : path.substring(dot + 1));
    }

    /** The string at the path; null if there is none. */
    default @Nullable String textAt(String path) {
        return at(path) instanceof Text text ? text.value() : null;
    }

    /** Whether {@code true} is at the path. */
    default boolean isTrueAt(String path) {
        return at(path) instanceof Bool bool && bool.value();
    }
}
