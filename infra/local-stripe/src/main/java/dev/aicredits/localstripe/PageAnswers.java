package dev.aicredits.localstripe;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
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
                .header("Referrer-Policy", "no-referrer")
                .body(html);
    }

    /** A form's answer: the browser gets another page. */
    static ResponseEntity<String> seeOther(String url) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create(url))
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
        URI uri = URI.create(url);
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
