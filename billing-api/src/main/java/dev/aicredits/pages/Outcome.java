package dev.aicredits.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** What comes after a form: the page that shows what was done. */
public final class Outcome {

    private static final String NOTICE = Outcome.class.getName() + ".notice";

    private Outcome() {}

    /** Goes to a page of ours, which tells {@code notice} once. */
    public static ResponseEntity<Void> done(HttpServletRequest request, String path, String notice) {
        request.getSession().setAttribute(NOTICE, notice);
        return go(request, path);
    }

    /** Goes to a page, be it ours or another's: to htmx a header says so, to a browser by itself the status. */
    public static ResponseEntity<Void> go(HttpServletRequest request, String url) {
        return isHtmx(request)
                ? ResponseEntity.ok().header("HX-Redirect", url).build()
                : ResponseEntity.status(HttpStatus.SEE_OTHER)
                        .location(URI.create(url))
                        .build();
    }

    /** Whether a part of a page asks, and not the browser for a whole one. */
    public static boolean isHtmx(HttpServletRequest request) {
        return request.getHeader("HX-Request") != null;
    }

    static @Nullable String takeNotice(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null || !(session.getAttribute(NOTICE) instanceof String notice)) {
            return null;
        }
        session.removeAttribute(NOTICE);
        return notice;
    }
}
