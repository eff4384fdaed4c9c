package dev.aicredits.localstripe;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Answers for browsers: pages that run nothing, and ways to other pages. */
final class PageAnswers {
    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

    /** A URL of a session may hold braces that are no part of any URL: {@code {CHECKOUT_SESSION_ID}}. */
    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]+");

    private PageAnswers() {}

    /** @param wayOut URLs that a form of the page may lead to in the end */
    static ResponseEntity<String> page(HttpStatus status, String html, @Nullable String... wayOut) {
        String origins = Stream.of(wayOut)
                .filter(Objects::nonNull)
                .map(PageAnswers::origin)
                .distinct()
                .collect(Collectors.joining(" "));
        return ResponseEntity.status(status)
                .contentType(HTML)
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' "
                                + origins)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                // With no-referrer, browsers would hide from us that a form is our own.
                .header("Referrer-Policy", "same-origin")
                .body(html);
    }

    /** A form's answer: the browser gets another page. */
    static ResponseEntity<String> seeOther(String url) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .header(HttpHeaders.LOCATION, url)
                .build();
    }

    /** A page that says why not. */
    static ResponseEntity<String> refused(RefusedException e) {
        HttpStatus status = e.isNotFound() ? HttpStatus.NOT_FOUND : HttpStatus.CONFLICT;
        return page(
                status,
                Html.page(
                        "This can't be done",
                        "narrow",
                        "<p role=\"alert\">" + Html.text(e.getMessage())
                                + "</p><p><a href=\"/\">All sessions</a></p>"));
    }

    private static String origin(String url) {
        Matcher origin = ORIGIN.matcher(url);
        if (!origin.lookingAt()) {
            throw new IllegalArgumentException("no origin");
        }
        return origin.group();
    }
}
