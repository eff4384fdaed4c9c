package dev.aicredits.wire;

/** The members of a usage event's {@code data} that we read; all others are skipped. */
enum UsageField {
    ORGANIZATION_ID("organizationId"),
    AGENT_ID("agentId"),
    EXTERNAL_USER_ID("externalUserId"),
    CONVERSATION_ID("conversationId"),
    RUN_ID("runId"),
    HOLD_ID("holdId"),
    KIND("kind"),
    PROVIDER("provider"),
    MODEL("model"),
    INPUT_TOKENS("inputTokens"),
    CACHED_INPUT_TOKENS("cachedInputTokens"),
    CACHE_CREATION_INPUT_TOKENS("cacheCreationInputTokens"),
    OUTPUT_TOKENS("outputTokens"),
    UNIT("unit"),
    QUANTITY("quantity"),
    COST_USD("costUsd");

    private final String wireName;
    private final String path;

    UsageField(String wireName) {
        this.wireName = wireName;
        this.path = "data." + wireName;
    }

    /** The name inside {@code data}. */
    String wireName() {
        return wireName;
    }

    /** The name in a refusal's detail. */
    String path() {
        return path;
    }
}
