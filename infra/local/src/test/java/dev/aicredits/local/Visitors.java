package dev.aicredits.local;

import com.microsoft.playwright.Browser.NewContextOptions;
import dev.aicredits.browser.Chromium;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A browser and who is in it. To open a window and to sign in takes seconds, so a person keeps theirs; only who needs one of
 * another kind opens it, for one test.
 */
final class Visitors implements AutoCloseable {

    private final Chromium chromium;
    private final String baseUrl;
    private final Map<String, Visitor> byPerson = new HashMap<>();
    private final List<Visitor> ofOneTest = new ArrayList<>();

    private Visitors(Chromium chromium, String baseUrl) {
        this.chromium = chromium;
        this.baseUrl = baseUrl;
    }

    /** Starts the browser, for pages below {@code baseUrl}. */
    static Visitors start(String baseUrl) {
        return new Visitors(Chromium.start(), baseUrl);
    }

    /** That person, in the window that they have already if they came before. */
    Visitor visit(String person) {
        return byPerson.computeIfAbsent(person, one -> signedIn(one, new NewContextOptions()));
    }

    /** That person in a window of its own, until the test ends. */
    Visitor visit(String person, NewContextOptions options) {
        Visitor visitor = signedIn(person, options);
        ofOneTest.add(visitor);
        return visitor;
    }

    /** That person in a window that the caller closes. Nobody asks what they complain of: a browser does of each refusal. */
    Visitor visitToBeRefused(String person) {
        return signedIn(person, new NewContextOptions());
    }

    private Visitor signedIn(String person, NewContextOptions options) {
        return Visitor.signedIn(chromium.browser(), baseUrl, person, options);
    }

    /** Ends a test for all of them; returns what they had to complain of in it. */
    List<String> rest() {
        List<String> complaints = Stream.concat(ofOneTest.stream(), byPerson.values().stream())
                .flatMap(visitor -> visitor.complaints().stream())
                .toList();
        ofOneTest.forEach(Visitor::close);
        ofOneTest.clear();
        byPerson.values().forEach(Visitor::rest);
        return complaints;
    }

    @Override
    public void close() {
        chromium.close();
    }
}
