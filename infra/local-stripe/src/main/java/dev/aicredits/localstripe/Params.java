package dev.aicredits.localstripe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, whose names have brackets: {@code line_items[0][price_data][currency]}.
 *
 * <p>What is read is ticked off, so that {@link #refuseUnread} finds what nobody knows.
 */
final class Params {
    private static final int METADATA_KEYS_MAX = 50;
    private static final int METADATA_KEY_LENGTH_MAX = 40;
    private static final int METADATA_VALUE_LENGTH_MAX = 500;

    private final String path;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Set<String> read = new LinkedHashSet<>();
    private final List<Params> nested = new ArrayList<>();

    private Params(String path) {
        this.path = path;
    }

    static Params parse(Map<String, String[]> form) {
        Params params = new Params("");
        form.forEach((name, values) -> {
            for (String value : values) {
                params.put(name, value);
            }
        });
        return params;
    }

    private void put(String name, String value) {
        String[] keys = name.replace("]", "").split("\\[", -1);
        Params at = this;
        for (int i = 0; i < keys.length - 1; i++) {
            Object child = at.values.computeIfAbsent(at.key(keys[i]), at::child);
            if (!(child instanceof Params params)) {
                throw StripeError.parameter(null, name, "Invalid " + keys[i] + ": both a value and a hash");
            }
            at = params;
        }
        at.values.put(at.key(keys[keys.length - 1]), value);
    }

    /** {@code expand[]} has no number: it gets the next one. */
    private String key(String key) {
        return key.isEmpty() ? Integer.toString(values.size()) : key;
    }

    private Params child(String key) {
        return new Params(name(key));
    }

    /** The name as the client wrote it. */
    String name(String key) {
        return path.isEmpty() ? key : path + "[" + key + "]";
    }

    @Nullable String text(String key) {
        read.add(key);
        Object value = values.get(key);
        if (value instanceof Params) {
            throw StripeError.parameter(null, name(key), "Invalid string: a hash");
        }
        return value == null || ((String) value).isEmpty() ? null : (String) value;
    }

    String requiredText(String key) {
        String text = text(key);
        if (text == null) {
            throw StripeError.missing(name(key));
        }
        return text;
    }

    @Nullable String choice(String key, List<String> choices) {
        String text = text(key);
        if (text != null && !choices.contains(text)) {
            throw StripeError.parameter(
                    null, name(key), "Invalid " + name(key) + ": must be one of " + String.join(", ", choices));
        }
        return text;
    }

    @Nullable Long integer(String key, long min, long max) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        if (!text.matches("-?[0-9]{1,18}")) {
            throw StripeError.parameter("parameter_invalid_integer", name(key), "Invalid integer: " + text);
        }
        long number = Long.parseLong(text);
        if (number < min) {
            throw StripeError.parameter(
                    "parameter_invalid_integer", name(key), "This value must be greater than or equal to " + min + ".");
        }
        if (number > max) {
            throw StripeError.parameter(
                    "parameter_invalid_integer", name(key), "This value must be less than or equal to " + max + ".");
        }
        return number;
    }

    @Nullable Boolean bool(String key) {
        String text = choice(key, List.of("true", "false"));
        return text == null ? null : Boolean.valueOf(text);
    }

    /** Parameters below this one, empty if there are none. */
    Params object(String key) {
        read.add(key);
        Object value = values.getOrDefault(key, "");
        if (value instanceof Params params) {
            nested.add(params);
            return params;
        }
        if (!value.equals("")) {
            throw StripeError.parameter(null, name(key), "Invalid object");
        }
        return new Params(name(key));
    }

    List<Params> objects(String key) {
        Params array = object(key);
        return array.values.keySet().stream().map(array::object).toList();
    }

    List<String> texts(String key) {
        Params array = object(key);
        return array.values.keySet().stream().map(array::requiredText).toList();
    }

    /** Metadata, within Stripe's limits. */
    Map<String, String> metadata(String key) {
        Params params = object(key);
        if (params.values.size() > METADATA_KEYS_MAX) {
            throw StripeError.parameter(null, name(key), "Metadata can have at most " + METADATA_KEYS_MAX + " keys");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        for (String name : params.values.keySet()) {
            String value = params.text(name);
            if (name.length() > METADATA_KEY_LENGTH_MAX
                    || (value != null && value.length() > METADATA_VALUE_LENGTH_MAX)) {
                throw StripeError.parameter(
                        null, params.name(name), "Metadata keys have at most 40 characters, and values at most 500");
            }
            if (value != null) {
                metadata.put(name, value);
            }
        }
        return metadata;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    boolean isText(String key) {
        return values.get(key) instanceof String;
    }

    /** Refuses a request with a parameter that nothing read. */
    void refuseUnread() {
        for (String key : values.keySet()) {
            if (!read.contains(key)) {
                throw StripeError.unknownParameter(name(key));
            }
        }
        nested.forEach(Params::refuseUnread);
    }
}
