package dev.aicredits.localstripe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What {@code published-types.txt} says of Stripe's answers. */
final class PublishedTypes {
    private final Map<String, List<String>> always = new HashMap<>();
    private final Map<String, List<String>> choices = new HashMap<>();

    private PublishedTypes() {}

    static PublishedTypes read() {
        PublishedTypes types = new PublishedTypes();
        try (InputStream in = PublishedTypes.class.getResourceAsStream("published-types.txt")) {
            new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(types::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return types;
    }

    private void add(String line) {
        List<String> words = List.of(line.split(" "));
        Map<String, List<String>> kind = words.get(0).equals("always") ? always : choices;
        kind.put(words.get(1), words.subList(2, words.size()));
    }

    /** The members that are there whatever happens, at a path such as {@code charge/outcome}. */
    List<String> always(String path) {
        return always.getOrDefault(path, List.of());
    }

    /** The values that are possible at a path; empty for any. */
    List<String> choices(String path) {
        return choices.getOrDefault(path, List.of());
    }
}
