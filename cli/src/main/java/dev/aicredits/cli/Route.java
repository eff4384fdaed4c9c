package dev.aicredits.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A path below the API's base and its parameters, encoded. */
final class Route {

    private final String path;
    private final String query;

    private Route(String path, String query) {
        this.path = path;
        this.query = query;
    }

    /**
     * The path of these segments; a slash within one is part of its value.
     *
     * @throws Failure if one is empty, {@code .} or {@code ..}, which would make it another path
     */
    static Route of(String... segments) {
        StringBuilder path = new StringBuilder();
        for (String segment : segments) {
            if (segment.isBlank() || segment.equals(".") || segment.equals("..")) {
                throw new Failure(ExitCode.USAGE, "\"" + segment + "\" is no id");
            }
            path.append('/').append(encoded(segment));
        }
        return new Route(path.toString(), "");
    }

    /** The path with these segments behind it. */
    Route then(String... segments) {
        return new Route(path + of(segments).path, query);
    }

    /** With a parameter; as it is if there is no value. */
    Route with(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        return new Route(path, query + (query.isEmpty() ? "?" : "&") + name + "=" + encoded(value.toString()));
    }

    @Override
    public String toString() {
        return path + query;
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
