package dev.aicredits.localstripe;

import com.stripe.exception.ApiConnectionException;
import com.stripe.net.HttpURLConnectionClient;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The client's own HTTP, whose every answer is checked by {@link PublishedModel} on its way; a test asks for what failed. */
final class CheckedHttp extends HttpURLConnectionClient {
    private static final PublishedModel MODEL = new PublishedModel();

    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private volatile StripeResponse last;

    @Override
    public StripeResponse request(StripeRequest request) throws ApiConnectionException {
        StripeResponse response = super.request(request);
        last = response;
        if (response.body().startsWith("{")) {
            check(request, response);
        }
        return response;
    }

    private void check(StripeRequest request, StripeResponse response) {
        try {
            if (response.code() == 200) {
                MODEL.check(response.body());
            } else {
                MODEL.checkError(response.body());
            }
        } catch (AssertionError e) {
            failures.add(request.method() + " " + request.url() + ": " + e.getMessage());
        }
    }

    /** The answer before. */
    StripeResponse last() {
        return last;
    }

    List<String> failures() {
        return List.copyOf(failures);
    }
}
