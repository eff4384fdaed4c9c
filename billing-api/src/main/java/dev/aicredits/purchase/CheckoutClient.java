package dev.aicredits.purchase;

import dev.aicredits.access.Caller;
import dev.aicredits.access.Delegations;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClient.RequestHeadersSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls checkout-sync-worker for a person. It checks again who they are and what they may. */
public final class CheckoutClient {

    /** A session that the person can pay; the same again under the same idempotency key. */
    record Started(String sessionId, @Nullable String url) {}

    /** How far a session is. */
    record Status(String sessionId, String status, boolean completed, BigDecimal creditAmountUsd) {}

    /** The sums of a side of the reconciliation. */
    record Side(BigDecimal paidUsd, BigDecimal refundedUsd, BigDecimal disputedUsd, BigDecimal netUsd) {}

    /** What was paid for plans at Stripe. */
    record Plans(int invoices, BigDecimal paidUsd) {}

    /** A difference between Stripe, our orders and the ledger. */
    record Difference(
            String type,
            @Nullable String organizationId,
            String subject,
            @Nullable String sessionId,
            @Nullable String orderState,
            @Nullable BigDecimal stripeUsd,
            @Nullable BigDecimal ledgerUsd,
            boolean repairable) {}

    /** Where Stripe, our orders and the ledger differ over a period. */
    record Report(
            Instant from,
            Instant to,
            boolean clean,
            Side stripe,
            Side ledger,
            Plans plans,
            List<Difference> differences) {}

    /** What was done about a session. */
    record Repair(
            @Nullable String organizationId,
            String subject,
            @Nullable String sessionId,
            List<String> types,
            String outcome) {}

    /** What was repaired. */
    record Repaired(List<Repair> repairs) {}

    /**
     * What is held for review, or was decided.
     *
     * @param product {@code ai-credits} or {@code hosting}
     * @param sessionId the order's own; what is paid may be another
     * @param creditAmountUsd what was ordered; null of a plan
     * @param monthlyPlatformFeeCents what was ordered; null of credits
     */
    record Review(
            String product,
            String organizationId,
            String orderId,
            @Nullable String sessionId,
            @Nullable String reason,
            @Nullable BigDecimal creditAmountUsd,
            @Nullable String planName,
            @Nullable Long monthlyPlatformFeeCents,
            Instant createdOn) {

        boolean isOfPlan() {
            return product.equals("hosting");
        }
    }

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final String SESSIONS = "/api/v1/organizations/{organization}/ai-credits/checkout-session";
    private static final String PLAN_SESSIONS =
            "/api/v1/organizations/{organization}/mcp-hosting/billing/checkout-session";
    private static final String REVIEWS = "/api/v1/operator/reviews";
    private static final String RECONCILIATION = "/api/v1/operator/reconciliation";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final String baseUrl;
    private final Delegations delegations;
    private final RestClient http;

    CheckoutClient(String baseUrl, Delegations delegations) {
        this.baseUrl = baseUrl;
        this.delegations = delegations;
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
        JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(client);
        requests.setReadTimeout(ANSWER_TIMEOUT);
        this.http = RestClient.builder()
                .baseUrl(baseUrl.replaceAll("/+$", ""))
                .requestFactory(requests)
                .build();
    }

    /** Whether there is a way to it. */
    public boolean isConfigured() {
        return !baseUrl.isEmpty() && delegations.isPossible();
    }

    Started start(
            Caller caller,
            String organizationId,
            BigDecimal amount,
            String idempotencyKey,
            String successUrl,
            String cancelUrl) {
        Map<String, Object> body = Map.of("creditAmountUsd", amount, "successUrl", successUrl, "cancelUrl", cancelUrl);
        return ask(
                caller,
                client -> client.post()
                        .uri(SESSIONS, organizationId)
                        .header("Idempotency-Key", idempotencyKey)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(JSON.writeValueAsString(body)),
                Started.class);
    }

    /** A session in which the plan is subscribed to; it leads back to checkout's own page. */
    Started startPlan(Caller caller, String organizationId, String planKey, String idempotencyKey) {
        return ask(
                caller,
                client -> client.post()
                        .uri(PLAN_SESSIONS, organizationId)
                        .header("Idempotency-Key", idempotencyKey)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(JSON.writeValueAsString(Map.of("planKey", planKey))),
                Started.class);
    }

    Status status(Caller caller, String organizationId, String sessionId) {
        return ask(
                caller,
                client -> client.get().uri(SESSIONS + "/{session}/status", organizationId, sessionId),
                Status.class);
    }

    /** The status, after asking Stripe. */
    Status sync(Caller caller, String organizationId, String sessionId) {
        return ask(
                caller,
                client -> client.post().uri(SESSIONS + "/{session}/sync", organizationId, sessionId),
                Status.class);
    }

    Report report(Caller operator, String from, String to) {
        return ask(
                operator,
                client -> client.get().uri(uri -> uri.path(RECONCILIATION)
                        .queryParam("from", from)
                        .queryParam("to", to)
                        .build()),
                Report.class);
    }

    Repaired repair(Caller operator, String from, String to) {
        return ask(
                operator,
                client -> client.post().uri(uri -> uri.path(RECONCILIATION + "/repairs")
                        .queryParam("from", from)
                        .queryParam("to", to)
                        .build()),
                Repaired.class);
    }

    /** What is held for review, over all organizations. */
    List<Review> reviews(Caller operator) {
        return List.of(ask(operator, client -> client.get().uri(REVIEWS), Review[].class));
    }

    /**
     * Ends a review as the order asks for: credits what was paid, or puts the plan in force.
     *
     * @param amount what was paid; null of a plan
     */
    Review release(
            Caller operator, String organizationId, String sessionId, @Nullable BigDecimal amount, String reason) {
        Map<String, Object> body =
                amount == null ? Map.of("reason", reason) : Map.of("reason", reason, "creditAmountUsd", amount);
        return decide(operator, organizationId, sessionId, "release", body);
    }

    /** Ends a review without what was ordered. */
    Review refuse(Caller operator, String organizationId, String sessionId, String reason) {
        return decide(operator, organizationId, sessionId, "refusal", Map.of("reason", reason));
    }

    private Review decide(
            Caller operator, String organizationId, String sessionId, String decision, Map<String, Object> body) {
        return ask(
                operator,
                client -> client.post()
                        .uri(REVIEWS + "/{organization}/{session}/{decision}", organizationId, sessionId, decision)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(JSON.writeValueAsString(body)),
                Review.class);
    }

    private <T> T ask(Caller caller, Function<RestClient, RequestHeadersSpec<?>> request, Class<T> type) {
        if (!isConfigured()) {
            throw new ProblemException(PurchaseProblem.CHECKOUT_NOT_CONFIGURED);
        }
        if (!(caller instanceof Caller.Person person)) {
            throw new ProblemException(CommonProblem.UNAUTHENTICATED);
        }
        try {
            return request.apply(http)
                    .headers(headers -> headers.setBearerAuth(delegations.token(person)))
                    .exchangeForRequiredValue((sent, answer) -> read(answer, type));
        } catch (ResourceAccessException e) {
            throw new ProblemException(PurchaseProblem.CHECKOUT_UNREACHABLE);
        }
    }

    private static <T> T read(ClientHttpResponse answer, Class<T> type) throws IOException {
        byte[] body = answer.getBody().readAllBytes();
        try {
            if (answer.getStatusCode().is2xxSuccessful()) {
                return JSON.readValue(body, type);
            }
            throw new ProblemException(problem(answer.getStatusCode(), JSON.readTree(body)));
        } catch (JacksonException e) {
            throw new ProblemException(PurchaseProblem.CHECKOUT_UNREACHABLE);
        }
    }

    private static RelayedProblem problem(HttpStatusCode status, JsonNode body) {
        HttpStatus known = HttpStatus.resolve(status.value());
        return new RelayedProblem(
                known == null ? HttpStatus.BAD_GATEWAY : known,
                body.path("code").asString("checkout_failed"),
                body.path("message").asString("Checkout refused this."));
    }
}
