package dev.aicredits.openapi;

import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.SpecVersion;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says of each member of a record that JSpecify marks as nullable that it may be null. The mark is on the member's type, where the
 * generator does not look.
 */
final class NullableMembers implements ModelConverter {

    private static final String NULL = "null";

    @Override
    public boolean isOpenapi31() {
        return true;
    }

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        if (!chain.hasNext()) {
            return null;
        }
        Schema<?> schema = chain.next().resolve(type, context, chain);
        JavaType java = Json31.mapper().constructType(type.getType());
        if (schema != null && java != null && java.getRawClass().isRecord()) {
            mark(java.getRawClass(), defined(schema, context));
        }
        return schema;
    }

    /** A type that was described already is referred to. */
    private static @Nullable Schema<?> defined(Schema<?> schema, ModelConverterContext context) {
        String reference = schema.get$ref();
        return reference == null
                ? schema
                : context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1));
    }

    private static void mark(Class<?> type, @Nullable Schema<?> described) {
        if (described == null || described.getProperties() == null) {
            return;
        }
        @SuppressWarnings("rawtypes") // as the generator has them
        Map<String, Schema> members = described.getProperties();
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                members.computeIfPresent(component.getName(), (name, member) -> orNull(member));
            }
        }
    }

    private static Schema<?> orNull(Schema<?> member) {
        if (member.get$ref() != null) {
            return new Schema<>(SpecVersion.V31)
                    .anyOf(List.of(member, new Schema<>(SpecVersion.V31).types(Set.of(NULL))));
        }
        if (member.getTypes() != null) {
            member.addType(NULL);
        }
        return member;
    }
}
