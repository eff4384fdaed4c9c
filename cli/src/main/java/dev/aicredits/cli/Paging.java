package dev.aicredits.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of a command that prints a list too long for one answer. */
final class Paging {

    /** Where to begin, of which one at most is said. */
    static final class Place {
        @Option(
                names = "--cursor",
                paramLabel = "<cursor>",
                description = "The page that begins here; nextCursor of the page before.")
        @Nullable String cursor;

        @Option(names = "--all", description = "All pages, one after the other.")
        boolean all;
    }

    @ArgGroup
    @Nullable Place place;

    @Option(names = "--page-size", paramLabel = "<n>", description = "How many at once, up to 500.")
    @Nullable Integer pageSize;

    boolean all() {
        return place != null && place.all;
    }

    @Nullable String cursor() {
        return place == null ? null : place.cursor;
    }

    @Nullable Integer pageSize(@Nullable Integer otherwise) {
        return pageSize == null ? otherwise : pageSize;
    }
}
