package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A person with a browser, who is signed in. It remembers what no page may do. */
final class Visitor implements AutoCloseable {

    private static final Set<String> GRAVE = Set.of("serious", "critical");

    private final String baseUrl;
    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    private Visitor(String baseUrl, BrowserContext context) {
        this.baseUrl = baseUrl;
        this.context = context;
        context.onPage(this::watch);
        this.page = context.newPage();
    }

    /** Chooses who to be at the demo's sign-in. */
    static Visitor signedIn(Browser browser, String baseUrl, String principalId, Browser.NewContextOptions options) {
        Visitor visitor = new Visitor(baseUrl, browser.newContext(options));
        visitor.page.navigate(baseUrl + "/sign-in");
        visitor.page.locator("button[value='" + principalId + "']").click();
        visitor.page.locator(".who").waitFor();
        return visitor;
    }

    private void watch(Page opened) {
        opened.onConsoleMessage(message -> {
            if (Set.of("error", "warning").contains(message.type())) {
                complaints.add("console: " + message.text() + " at " + opened.url());
            }
        });
        opened.onPageError(error -> complaints.add("script: " + error + " at " + opened.url()));
        opened.onRequest(request -> {
            boolean ours =
                    request.url().startsWith(baseUrl + "/") || request.url().startsWith("data:");
            if (!ours && isOfOurs(request)) {
                complaints.add("request: " + request.url() + " from " + opened.url());
            }
        });
    }

    /** Whether a page of ours asks: what a person goes to, such as the checkout, is another page's. */
    private static boolean isOfOurs(Request request) {
        return !request.isNavigationRequest()
                && request.frame().url().matches("https?://[^/]+/(settings|operator|sign-in).*");
    }

    Page page() {
        return page;
    }

    /** Another tab of the same person. */
    Page newTab() {
        return context.newPage();
    }

    Page go(String path) {
        page.navigate(baseUrl + path);
        return page;
    }

    /** The status that a page of ours answers with, without showing it. */
    int status(String path) {
        return context.request().get(baseUrl + path).status();
    }

    Locator find(String selector) {
        return page.locator(selector);
    }

    /** Fails on what a screen reader or a keyboard could not do with the page. */
    void requireAccessible() {
        require(new AxeBuilder(page));
    }

    /** Fails on text that is hard to see: all that other colours change. */
    void requireReadable() {
        require(new AxeBuilder(page).withRules(List.of("color-contrast")));
    }

    /** In the page itself: by default each check opens one more, for frames of other origins, of which ours have none. */
    private void require(AxeBuilder check) {
        List<String> violations = check.setLegacyMode(true).analyze().getViolations().stream()
                .filter(rule -> GRAVE.contains(rule.getImpact()))
                .map(Visitor::described)
                .toList();
        assertThat(violations).as(page.url()).isEmpty();
    }

    private static String described(Rule rule) {
        return rule.getId() + ": "
                + rule.getNodes().stream().map(node -> node.getHtml()).limit(3).toList();
    }

    /** Errors in the console and requests to others, of all pages since it last rested. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Looks at nothing until it goes somewhere again: a page that is open follows what changes. */
    void rest() {
        context.pages().stream().filter(open -> open != page).forEach(Page::close);
        page.navigate("about:blank");
        complaints.clear();
    }

    @Override
    public void close() {
        context.close();
    }
}
