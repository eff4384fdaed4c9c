package dev.aicredits.localstripe;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Stripe's API over HTTP: authenticates, counts, goes wrong as planned, answers. */
@Controller
class ApiController {
    private static final Logger LOG = LoggerFactory.getLogger(ApiController.class);
    private static final int OK = 200;
    private static final String GARBAGE = "<html><body><h1>Bad gateway</h1></body></html>";

    private final String apiKey;
    private final ApiWork work;
    private final ApiFaults faults;
    private final Connections connections;

    ApiController(LocalStripeSettings settings, ApiWork work, ApiFaults faults, Connections connections) {
        this.apiKey = settings.apiKey();
        this.work = work;
        this.faults = faults;
        this.connections = connections;
    }

    @RequestMapping("/v1/**")
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String requestId = Ids.request();
        String path = request.getRequestURI();
        Optional<StripeOperation> operation = StripeOperation.of(request.getMethod(), path);
        if (operation.isEmpty()) {
            write(response, ApiAnswer.of(StripeError.unrecognizedUrl(request.getMethod(), path), requestId));
            return;
        }
        Optional<ApiFault> fault = faults.called(operation.get());
        if (fault.isEmpty() || fault.get().workDone()) {
            ApiAnswer answer = answer(operation.get(), path, request, requestId);
            if (fault.isEmpty()) {
                write(response, answer);
                return;
            }
        }
        goWrong(fault.get(), request, response, requestId);
    }

    private ApiAnswer answer(StripeOperation operation, String path, HttpServletRequest request, String requestId) {
        String key = key(request.getHeader("Authorization"));
        if (key == null || !isOurs(key)) {
            return ApiAnswer.of(StripeError.unauthorized(key != null), requestId);
        }
        try {
            return work.answer(
                    operation, path, request.getParameterMap(), request.getHeader("Idempotency-Key"), requestId);
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("operation", operation).log("a call failed", e);
            return ApiAnswer.of(StripeError.serverError(), requestId);
        }
    }

    /** As a bearer's token, or as the user's name of basic authentication. */
    private static @Nullable String key(@Nullable String authorization) {
        if (authorization == null) {
            return null;
        }
        if (authorization.startsWith("Bearer ")) {
            return authorization.substring("Bearer ".length()).strip();
        }
        if (authorization.startsWith("Basic ")) {
            try {
                byte[] decoded = Base64.getDecoder()
                        .decode(authorization.substring("Basic ".length()).strip());
                return new String(decoded, StandardCharsets.UTF_8).replaceFirst(":.*", "");
            } catch (IllegalArgumentException e) {
                return "";
            }
        }
        return null;
    }

    private boolean isOurs(String key) {
        return MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), apiKey.getBytes(StandardCharsets.UTF_8));
    }

    private void goWrong(ApiFault fault, HttpServletRequest request, HttpServletResponse response, String requestId)
            throws IOException {
        switch (fault.kind()) {
            case TIME_OUT -> {
                connections.hold(fault.delay());
                connections.reset(request.getRemotePort());
            }
            case RESET -> connections.reset(request.getRemotePort());
            case RATE_LIMITED -> {
                long seconds = Math.max(1, fault.delay().plusMillis(999).toSeconds());
                response.setHeader("Retry-After", Long.toString(seconds));
                response.setHeader("Stripe-Should-Retry", "true");
                response.setHeader("Stripe-Rate-Limited-Reason", "global-rate");
                write(response, ApiAnswer.of(StripeError.rateLimited(), requestId));
            }
            case SERVER_ERROR -> write(response, ApiAnswer.of(StripeError.serverError(), requestId));
            case GARBAGE -> write(response, new ApiAnswer(OK, GARBAGE, requestId, null));
        }
    }

    private static void write(HttpServletResponse response, ApiAnswer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        response.setStatus(answer.status());
        response.setHeader("Request-Id", answer.requestId());
        response.setHeader("Stripe-Version", LocalStripe.API_VERSION);
        if (answer.originalRequestId() != null) {
            response.setHeader("Idempotent-Replayed", "true");
            response.setHeader("Original-Request", answer.originalRequestId());
        }
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
