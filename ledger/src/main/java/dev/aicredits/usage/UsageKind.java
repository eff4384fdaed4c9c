package dev.aicredits.usage;

import org.jspecify.annotations.Nullable;

/** What sort of thing was used; decides which fields an event carries and how it is rated. */
public enum UsageKind {
    /** A model call, counted in tokens. */
    INFERENCE("inference"),
    /** A tool call, counted in a unit of the rate card. */
    TOOL_CALL("tool_call"),
    /** A hosted MCP server's time or calls, counted in a unit of the rate card. */
    HOSTED_SERVER("hosted_server");

    private final String wireName;

    UsageKind(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the wire and in the database. */
    public String wireName() {
        return wireName;
    }

    /** The kind of that wire name, or null for one we do not know. */
    public static @Nullable UsageKind ofWireName(String wireName) {
        for (UsageKind kind : values()) {
            if (kind.wireName.equals(wireName)) {
                return kind;
            }
        }
        return null;
    }
}
