package dev.aicredits.bench;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.aicredits.browser.Chromium;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How long a person waits for the first of a page to be seen: the browser's own "first contentful paint", from when it is sent to
 * the page, of pages loaded one after the other.
 */
final class FirstPaints {

    private static final int WARM_UPS = 10;
    private static final int LOADS = 30;

    /** Null until something was painted. */
    private static final String FIRST_PAINT =
            "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime";

    private FirstPaints() {}

    private record Sight(String name, String path) {}

    static List<Measurement> of(ApiProcess api, Workload workload) {
        String base = "http://127.0.0.1:" + api.port();
        try (Chromium chromium = Chromium.start();
                BrowserContext context = chromium.browser().newContext()) {
            Page page = context.newPage();
            page.navigate(base + "/sign-in");
            page.locator("button[value='" + ApiProcess.PERSON + "']").click();
            page.locator(".who").waitFor();
            return sights(workload).stream()
                    .map(sight -> measurement(sight.name(), loads(page, base + sight.path())))
                    .toList();
        }
    }

    private static List<Sight> sights(Workload workload) {
        String settings = "/settings/" + Workload.organizationId(0);
        String agent = EventSource.agentId(workload, 3);
        return List.of(
                new Sight("billing, purchases", settings + "/billing?tab=purchases"),
                new Sight("billing, usage", settings + "/billing?tab=usage"),
                new Sight("billing, usage of an agent", settings + "/billing?tab=usage&agentId=" + agent),
                new Sight("agents", settings + "/agents"),
                new Sight("an agent", settings + "/agents/" + agent),
                new Sight("incidents", settings + "/incidents"),
                new Sight("hosted servers", settings + "/servers"),
                new Sight("members", settings + "/members"),
                new Sight("API keys", settings + "/api-keys"),
                new Sight("audit log", settings + "/audit-log"),
                new Sight("operator: organizations", "/operator"),
                new Sight("operator: one of them", "/operator/organizations/" + Workload.organizationId(0)),
                new Sight("operator: topics", "/operator/topics"),
                new Sight("operator: dead letters", "/operator/dead-letters"));
    }

    private static double[] loads(Page page, String url) {
        return IntStream.range(0, WARM_UPS + LOADS)
                .mapToDouble(load -> firstPaint(page, url))
                .skip(WARM_UPS)
                .toArray();
    }

    private static double firstPaint(Page page, String url) {
        int status = page.navigate(url).status();
        if (status != 200) {
            throw new IllegalStateException("a page was answered " + status);
        }
        return ((Number) page.waitForFunction(FIRST_PAINT).jsonValue()).doubleValue();
    }

    private static Measurement measurement(String name, double[] millis) {
        Arrays.sort(millis);
        return Measurement.ofCalls(
                "first paint: " + name,
                millis,
                millis.length * 1_000 / Arrays.stream(millis).sum(),
                null,
                "");
    }
}
