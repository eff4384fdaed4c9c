package dev.aicredits.wire;

import static dev.aicredits.wire.FieldReader.ABSENT;

import dev.aicredits.usage.Consumption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** The fields of {@code data} that matter to inference alone; in an event of another kind they have no effect. */
final class InferenceData {

    private static final int NAME_CHARS_MAX = 128;
    private static final TextRule PROVIDER = new TextRule(UsageField.PROVIDER.path(), NAME_CHARS_MAX);
    private static final TextRule MODEL = new TextRule(UsageField.MODEL.path(), NAME_CHARS_MAX);

    private final FirstProblem problem = new FirstProblem();
    private @Nullable String provider;
    private @Nullable String model;
    private int inputTokens = ABSENT;
    private int cachedInputTokens = ABSENT;
    private int cacheCreationInputTokens = ABSENT;
    private int outputTokens = ABSENT;

    void takeProvider(JsonParser parser) {
        provider = FieldReader.text(parser, PROVIDER, problem);
    }

    void takeModel(JsonParser parser) {
        model = FieldReader.text(parser, MODEL, problem);
    }

    void takeInputTokens(JsonParser parser) {
        inputTokens = tokens(parser, UsageField.INPUT_TOKENS);
    }

    void takeCachedInputTokens(JsonParser parser) {
        cachedInputTokens = tokens(parser, UsageField.CACHED_INPUT_TOKENS);
    }

    void takeCacheCreationInputTokens(JsonParser parser) {
        cacheCreationInputTokens = tokens(parser, UsageField.CACHE_CREATION_INPUT_TOKENS);
    }

    void takeOutputTokens(JsonParser parser) {
        outputTokens = tokens(parser, UsageField.OUTPUT_TOKENS);
    }

    /** What is wrong with the fields, once all were taken; null if nothing. */
    @Nullable String problem() {
        problem.require(PROVIDER.field(), provider);
        problem.require(MODEL.field(), model);
        problem.require(UsageField.INPUT_TOKENS.path(), inputTokens);
        problem.require(UsageField.OUTPUT_TOKENS.path(), outputTokens);
        if (zeroIfAbsent(cachedInputTokens) + zeroIfAbsent(cacheCreationInputTokens) > inputTokens) {
            problem.note(UsageField.INPUT_TOKENS.path(), "is less than its cached and cache-creation parts");
        }
        if (inputTokens == 0 && outputTokens == 0) {
            problem.note(UsageField.INPUT_TOKENS.path(), "and data.outputTokens are both zero");
        }
        return problem.detail();
    }

    /** What was consumed; ask only where there is no {@link #problem()}. */
    Consumption consumption() {
        return new Consumption.Inference(
                Objects.requireNonNull(provider),
                Objects.requireNonNull(model),
                inputTokens,
                zeroIfAbsent(cachedInputTokens),
                zeroIfAbsent(cacheCreationInputTokens),
                outputTokens);
    }

    private int tokens(JsonParser parser, UsageField field) {
        return FieldReader.count(parser, field.path(), 0, problem);
    }

    private static int zeroIfAbsent(int tokens) {
        return tokens == ABSENT ? 0 : tokens;
    }
}
