package dev.aicredits.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every command works with: the API, the organization, and where to print. */
final class Session {

    private static final int PAGE_SIZE_OF_ALL = 500;

    private final Map<String, String> environment;
    private final OutputWriter out;
    private final PrintStream err;
    private final Progress progress;
    private final Limits limits;

    private @Nullable Settings settings;
    private @Nullable Api api;
    private @Nullable String first;

    Session(Map<String, String> environment, OutputWriter out, PrintStream err, Progress progress, Limits limits) {
        this.environment = environment;
        this.out = out;
        this.err = err;
        this.progress = progress;
        this.limits = limits;
    }

    Limits limits() {
        return limits;
    }

    Progress progress() {
        return progress;
    }

    Api api() {
        if (api == null) {
            api = new Api(settings(), limits, progress);
        }
        return api;
    }

    /** The route of something of the organization's. */
    Route ofOrganization(String... segments) {
        return Route.of("organizations", organization()).then(segments);
    }

    /** Prints an answer. */
    void print(Json answer, Layout layout, Output output) {
        printer(output).print(answer, layout);
    }

    /** Asks for an answer and prints it. */
    void show(Route route, Layout layout, Output output) {
        print(api().get(route), layout, output);
    }

    /** Prints a page, or all of them one by one. */
    void showPages(Route route, Layout layout, Paging paging, Output output) {
        if (paging.all()) {
            showAll(route.with("pageSize", paging.pageSize(PAGE_SIZE_OF_ALL)), layout, printer(output));
            return;
        }
        Json page = api().get(route.with("cursor", paging.cursor()).with("pageSize", paging.pageSize(null)));
        Printer printer = printer(output);
        printer.print(page, layout);
        String next = page.textAt("nextCursor");
        if (next != null && printer.isForPeople()) {
            say("There is more: --cursor " + next + ", or --all.");
        }
    }

    private void showAll(Route route, Layout layout, Printer printer) {
        Layout.Rows rows = (Layout.Rows) layout.parts().get(0);
        long count = 0;
        Json page = api().get(route);
        try (Printer.Pages pages = printer.pages(rows)) {
            while (true) {
                List<Json> found = rows.of(page);
                pages.add(found);
                count += found.size();
                String next = page.textAt("nextCursor");
                if (next == null) {
                    return;
                }
                progress.show(count + " so far");
                page = next(route, next, count);
                progress.clear();
            }
        }
    }

    private Json next(Route route, String cursor, long count) {
        Json page;
        try {
            page = api().get(route.with("cursor", cursor));
        } catch (Failure failure) {
            // The document is ended all the same, and does not show that it is cut.
            throw new Failure(
                    failure.exitCode(),
                    failure.sentence() + " What was printed ends after " + count + ", and is not all.");
        }
        if (cursor.equals(page.textAt("nextCursor"))) {
            throw new Failure(ExitCode.UNAVAILABLE, "the pages do not end: a page names itself as the next");
        }
        return page;
    }

    /** Prints a text of ours. */
    void print(String text) {
        out.write(text);
        out.flush();
    }

    /** Prints a sentence about something that was done. */
    void done(String sentence) {
        print(Printable.of(sentence) + "\n");
    }

    /** Prints a sentence beside the output. */
    void say(String sentence) {
        progress.clear();
        err.println("mcpstack: " + withoutKey(Printable.of(sentence)));
        err.flush();
    }

    private String withoutKey(String text) {
        String key = environment.getOrDefault(Settings.KEY, "").strip();
        return key.isEmpty() ? text : text.replace(key, "***");
    }

    private Printer printer(Output output) {
        return new Printer(output.format(), out);
    }

    private Settings settings() {
        if (settings == null) {
            settings = Settings.of(environment);
        }
        return settings;
    }

    private String organization() {
        String named = settings().organization();
        if (named != null) {
            return named;
        }
        // Asked once: who waits means the same one to the end.
        if (first == null) {
            first = first();
        }
        return first;
    }

    private String first() {
        String id = api().get(Route.of("organizations")) instanceof Json.Elements list
                        && !list.values().isEmpty()
                ? list.values().get(0).textAt("id")
                : null;
        if (id == null) {
            throw new Failure(
                    ExitCode.NOT_FOUND, "you belong to no organization; " + Settings.ORGANIZATION + " may name one");
        }
        return id;
    }
}
