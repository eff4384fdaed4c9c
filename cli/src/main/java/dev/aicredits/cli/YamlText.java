package dev.aicredits.cli;

import java.io.Writer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Writes {@link Json} as YAML. A class of its own, for its libraries are loaded only if YAML is asked for. */
final class YamlText {

    private YamlText() {}

    /** A generator of one document; closing it leaves {@code out} open. Strings are quoted, so none is taken for something else. */
    static JsonGenerator generator(Writer out) {
        return YAMLFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                .disable(YAMLWriteFeature.SPLIT_LINES)
                .build()
                .createGenerator(ObjectWriteContext.empty(), out);
    }
}
