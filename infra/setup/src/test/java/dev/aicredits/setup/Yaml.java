package dev.aicredits.setup;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads YAML into types: what a type does not have is an error, and so is a number where text belongs. */
final class Yaml {
    private static final ObjectMapper CAMEL = strict();
    private static final ObjectMapper SNAKE = strict().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    private Yaml() {}

    /** Without the place where a model puts what it does not know. */
    private static final class NoPlaceForUnknowns extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }

    private static ObjectMapper strict() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.setAnnotationIntrospector(new NoPlaceForUnknowns());
        mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        mapper.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        return mapper;
    }

    /** The documents of a file; a key that comes twice is an error. */
    static List<Map<?, ?>> documents(Path file) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<Map<?, ?>> documents = new ArrayList<>();
        try (Reader reader = Files.newBufferedReader(file)) {
            new org.yaml.snakeyaml.Yaml(new SafeConstructor(options))
                    .loadAll(reader)
                    .forEach(document -> documents.add((Map<?, ?>) document));
            return documents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A document whose keys are in camel case. */
    static <T> T camel(Map<?, ?> document, Class<T> type) {
        return CAMEL.convertValue(document, type);
    }

    /** The one document of a file whose keys are in snake case. */
    static <T> T snake(Path file, Class<T> type) {
        return SNAKE.convertValue(one(file), type);
    }

    static Map<?, ?> one(Path file) {
        List<Map<?, ?>> documents = documents(file);
        if (documents.size() != 1) {
            throw new IllegalArgumentException(file + " has " + documents.size() + " documents");
        }
        return documents.get(0);
    }
}
