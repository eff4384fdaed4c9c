package dev.aicredits.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The main pages in light, in dark and on a phone: for everybody, and on pictures. */
final class PageLooks {

    private static final Map<String, String> MAIN_PAGES = new TreeMap<>(Map.ofEntries(
            Map.entry("billing", PagesTest.ACME + "/billing"),
            Map.entry("usage", PagesTest.ACME + "/billing?tab=usage"),
            Map.entry("agent", PagesTest.ACME + "/agents/ag_support"),
            Map.entry("agents", PagesTest.ACME + "/agents"),
            Map.entry("incidents", PagesTest.GLOBEX + "/incidents"),
            Map.entry("servers", PagesTest.ACME + "/servers"),
            Map.entry("members", PagesTest.ACME + "/members"),
            Map.entry("api-keys", PagesTest.ACME + "/api-keys"),
            Map.entry("audit-log", PagesTest.ACME + "/audit-log"),
            Map.entry("operator-organization", "/operator/organizations/org_acme"),
            Map.entry("reconciliation", "/operator/reconciliation"),
            Map.entry("topics", "/operator/topics"),
            Map.entry("dead-letters", "/operator/dead-letters")));

    private static final Set<String> PICTURED_IN_EVERY_LOOK = Set.of("billing", "agent");

    private enum Look {
        LIGHT("", ColorScheme.LIGHT, 1280, 860),
        DARK("-dark", ColorScheme.DARK, 1280, 860),
        PHONE("-phone", ColorScheme.LIGHT, 390, 844);

        private final String suffix;
        private final ColorScheme scheme;
        private final int width;
        private final int height;

        Look(String suffix, ColorScheme scheme, int width, int height) {
            this.suffix = suffix;
            this.scheme = scheme;
            this.width = width;
            this.height = height;
        }

        /** Colours and places are all that looks change. */
        void check(Visitor person) {
            switch (this) {
                case LIGHT -> {
                    person.requireAccessible();
                    assertTablesFit(person);
                }
                case DARK -> person.requireReadable();
                case PHONE ->
                    assertThat(person.find(".side nav [aria-current]")).isInViewport();
            }
        }
    }

    private PageLooks() {}

    /** Looks at all of them as a person who may see them, and leaves the pictures in {@code target/pages}. */
    static void check(Visitor person) throws IOException {
        Path pictures = Files.createDirectories(Path.of("target", "pages"));
        for (Map.Entry<String, String> page : MAIN_PAGES.entrySet()) {
            person.page().setViewportSize(Look.LIGHT.width, Look.LIGHT.height);
            person.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(Look.LIGHT.scheme));
            person.go(page.getValue());
            for (Look look : Look.values()) {
                person.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(look.scheme));
                person.page().setViewportSize(look.width, look.height);
                // Never wider than the window, once charts have drawn themselves again.
                person.page().waitForFunction("() => document.documentElement.scrollWidth <= innerWidth");
                look.check(person);
                if (look == Look.LIGHT || PICTURED_IN_EVERY_LOOK.contains(page.getKey())) {
                    Path picture = pictures.resolve(page.getKey() + look.suffix + ".png");
                    person.page().screenshot(new Page.ScreenshotOptions().setPath(picture));
                    keep(picture);
                }
            }
        }
    }

    /** With {@code -Dpictures=keep} the README's pictures are these; a build otherwise leaves the checkout as it is. */
    private static void keep(Path picture) throws IOException {
        if ("keep".equals(System.getProperty("pictures"))) {
            Path kept = Files.createDirectories(Path.of("..", "..", "billing-api", "pictures"));
            Files.copy(picture, kept.resolve(picture.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** On a desk nothing of a table is out of sight, but of the ledger and of dead letters: what others name is as long as it is. */
    private static void assertTablesFit(Visitor person) {
        assertThat(person.page()
                        .evaluate(
                                "() => [...document.querySelectorAll('.scroll:not(#ledger .scroll, [aria-label=Letters])')]"
                                        + ".filter((table) => table.scrollWidth > table.clientWidth + 1)"
                                        + ".map((table) => table.getAttribute('aria-label')).join()"))
                .as(person.page().url())
                .isEqualTo("");
    }
}
