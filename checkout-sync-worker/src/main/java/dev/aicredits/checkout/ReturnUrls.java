package dev.aicredits.checkout;

import dev.aicredits.problem.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where Stripe sends a customer back to: our own return page, or a page of an origin that is configured. Anything else
 * would make us a redirector for whoever can start a checkout.
 */
final class ReturnUrls {

    /** What Stripe replaces by the session's id in a success URL. */
    static final String SESSION_ID = "{CHECKOUT_SESSION_ID}";

    static final String RETURN_PATH = "/api/v1/checkout/return";
    private static final int LENGTH_MAX = 2048;

    private final String returnPage;
    private final Set<String> origins = new HashSet<>();

    ReturnUrls(URI publicUrl, Set<String> origins) {
        this.returnPage = publicUrl.toString().replaceAll("/+$", "") + RETURN_PATH;
        this.origins.add(origin(publicUrl));
        origins.forEach(origin -> this.origins.add(origin(URI.create(origin))));
    }

    String success(@Nullable String asked) {
        return asked == null ? returnPage + "?session_id=" + SESSION_ID : allowed(asked);
    }

    /** Our own page, which is told that a plan was bought. */
    String successOfPlan() {
        return returnPage + "?plan_session_id=" + SESSION_ID;
    }

    String cancel(@Nullable String asked) {
        return asked == null ? returnPage : allowed(asked);
    }

    private String allowed(String url) {
        try {
            URI uri = new URI(url.replace(SESSION_ID, "SESSION"));
            if (url.length() <= LENGTH_MAX
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && origins.contains(origin(uri))) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new ProblemException(CheckoutProblem.RETURN_URL_INVALID);
        }
        throw new ProblemException(CheckoutProblem.RETURN_URL_INVALID);
    }

    /** Scheme, host and port, as browsers compare them. */
    private static String origin(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int port = uri.getPort();
        if (port < 0) {
            port = scheme.equals("https") ? 443 : 80;
        }
        return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
    }
}
