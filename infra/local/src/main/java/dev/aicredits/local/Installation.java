package dev.aicredits.local;

import java.nio.file.Path;

/** Where this checkout is, as the scripts that start us say. */
final class Installation {
    private Installation() {}

    /** The checkout's folder {@code infra}. */
    static Path infra() {
        return Path.of(System.getProperty("aicredits.infra", "infra")).toAbsolutePath();
    }

    /** The data folder of those who name none. */
    static Path defaultDataFolder() {
        return infra().resolve(".data");
    }
}
