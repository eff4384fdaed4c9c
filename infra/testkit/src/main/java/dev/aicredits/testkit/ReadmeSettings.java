package dev.aicredits.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The settings that a module's README documents: the table under its heading {@code Settings}. */
public final class ReadmeSettings {

    private static final String HEADING = "## Settings";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.-]+)` \\| `?([^|`]*)`? \\|");

    private ReadmeSettings() {}

    /** Each setting with its default as documented, in the table's order, of the module that is being tested. */
    public static Map<String, String> documented() {
        Map<String, String> documented = new LinkedHashMap<>();
        ROW.matcher(section())
                .results()
                .forEach(row -> documented.put(row.group(1), row.group(2).strip()));
        return documented;
    }

    private static String section() {
        try {
            String readme = Files.readString(Path.of("README.md"));
            String rest = readme.substring(readme.indexOf(HEADING) + HEADING.length());
            int next = rest.indexOf("\n## ");
            return next < 0 ? rest : rest.substring(0, next);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
