package dev.aicredits.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Reads a topic declaration such as {@code infra/topics.yaml}.
 *
 * <p>A key it doesn't know is an error: a misspelled setting must not pass as a default.
 */
public final class TopicFile {
    private static final String RESOURCE = "/topics.yaml";
    private static final Set<String> KEYS = Set.of("name", "partitions", "config");

    private TopicFile() {}

    /** The topics of this system: {@code infra/topics.yaml} as it was when this was built. */
    public static List<TopicDeclaration> packaged() {
        try (InputStream resource = TopicFile.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException(RESOURCE + " is not on the classpath");
            }
            return parse(yaml().load(resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The topics that {@code file} declares.
     *
     * @throws IllegalArgumentException if it isn't such a declaration
     */
    public static List<TopicDeclaration> read(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            return parse(yaml().load(reader));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Yaml yaml() {
        return new Yaml(new SafeConstructor(new LoaderOptions()));
    }

    private static List<TopicDeclaration> parse(@Nullable Object document) {
        if (!(document instanceof Map<?, ?> map) || !(map.get("topics") instanceof List<?> topics)) {
            throw new IllegalArgumentException("a topic declaration starts with `topics:` and a list");
        }
        List<TopicDeclaration> declarations = new ArrayList<>();
        for (Object topic : topics) {
            declarations.add(declaration(topic));
        }
        return List.copyOf(declarations);
    }

    private static TopicDeclaration declaration(@Nullable Object topic) {
        if (!(topic instanceof Map<?, ?> map)
                || !KEYS.containsAll(map.keySet())
                || !(map.get("name") instanceof String name)
                || !(map.get("partitions") instanceof Integer partitions)) {
            throw new IllegalArgumentException("a topic has a name, partitions and perhaps a config: " + topic);
        }
        Map<String, String> config = new LinkedHashMap<>();
        if (map.get("config") instanceof Map<?, ?> entries) {
            entries.forEach((key, value) -> config.put(String.valueOf(key), String.valueOf(value)));
        }
        return new TopicDeclaration(name, partitions, config);
    }
}
