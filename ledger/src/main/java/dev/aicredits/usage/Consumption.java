package dev.aicredits.usage;

/** How much of what was used. */
public sealed interface Consumption {

    /** Which kind of usage this is. */
    UsageKind kind();

    /** The provider of the model; empty for what is not inference. */
    String provider();

    /** The model; empty for what is not inference. */
    String model();

    /** What the amount is counted in. */
    String unit();

    /**
     * A model call, in the counts of OpenTelemetry's GenAI conventions ({@code gen_ai.usage.*}).
     *
     * @param inputTokens all input tokens, <em>including</em> the cached and the cache-creation ones
     * @param cachedInputTokens the input tokens that were read from the provider's cache
     * @param cacheCreationInputTokens the input tokens that were written to the provider's cache
     * @param outputTokens all output tokens, reasoning included
     */
    record Inference(
            String provider,
            String model,
            int inputTokens,
            int cachedInputTokens,
            int cacheCreationInputTokens,
            int outputTokens)
            implements Consumption {

        /** What model calls are counted in. */
        public static final String UNIT = "token";

        /** Refuses counts that cannot be: negative ones, and parts greater than their whole. */
        public Inference {
            if (inputTokens < 0 || cachedInputTokens < 0 || cacheCreationInputTokens < 0 || outputTokens < 0) {
                throw new IllegalArgumentException("a token count is negative");
            }
            if ((long) cachedInputTokens + cacheCreationInputTokens > inputTokens) {
                throw new IllegalArgumentException("cached and cache-creation tokens exceed the input tokens");
            }
        }

        /** The input tokens that are neither cached nor cache creation. */
        public int plainInputTokens() {
            return inputTokens - cachedInputTokens - cacheCreationInputTokens;
        }

        @Override
        public UsageKind kind() {
            return UsageKind.INFERENCE;
        }

        @Override
        public String unit() {
            return UNIT;
        }
    }

    /**
     * A number of units of a tool or a hosted server.
     *
     * @param quantity whole units, positive
     */
    record Counted(UsageKind kind, String unit, int quantity) implements Consumption {

        /** Refuses a quantity of nothing, and inference, which has counts of its own. */
        public Counted {
            if (quantity <= 0) {
                throw new IllegalArgumentException("quantity is not positive");
            }
            if (kind == UsageKind.INFERENCE) {
                throw new IllegalArgumentException("inference is counted in tokens");
            }
        }

        @Override
        public String provider() {
            return "";
        }

        @Override
        public String model() {
            return "";
        }
    }
}
