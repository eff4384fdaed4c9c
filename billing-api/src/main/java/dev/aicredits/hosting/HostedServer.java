package dev.aicredits.hosting;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A hosted MCP server. */
record HostedServer(
        String id,
        String name,
        String slug,
        String kind,
        @Nullable String description,
        String runtimeType,
        Status status,
        Instant createdAt,
        Instant updatedAt) {

    /** Whether it takes a place. */
    enum Status {
        ACTIVE,
        DISABLED;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    boolean isActive() {
        return status == Status.ACTIVE;
    }

    /** For the audit log. */
    Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("name", name);
        state.put("slug", slug);
        state.put("kind", kind);
        state.put("runtimeType", runtimeType);
        state.put("status", status.key());
        if (description != null) {
            state.put("description", description);
        }
        return state;
    }
}
