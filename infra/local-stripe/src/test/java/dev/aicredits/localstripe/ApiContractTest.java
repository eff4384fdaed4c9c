package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.Stripe;
import com.stripe.exception.ApiException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.LineItem;
import com.stripe.model.StripeCollection;
import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionListParams;
import com.stripe.param.checkout.SessionRetrieveParams;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What holds for every operation: keys, errors, idempotency, lists. */
class ApiContractTest {
    private static StripeRun run;

    @BeforeAll
    static void start() {
        run = StripeRun.start();
    }

    @AfterAll
    static void stop() {
        run.close();
    }

    @Test
    void speaksTheVersionOfTheClient() {
        assertThat(LocalStripe.API_VERSION).isEqualTo(Stripe.API_VERSION);
    }

    @Test
    void anotherKeyIsRefusedAndNotRepeated() {
        AuthenticationException refused =
                catchThrowableOfType(AuthenticationException.class, () -> run.client("sk_test_another_key", 0)
                        .v1()
                        .checkout()
                        .sessions()
                        .list());
        assertThat(refused.getStatusCode()).isEqualTo(401);
        assertThat(refused.getMessage()).doesNotContain("another_key");
    }

    @Test
    void everyAnswerHasARequestId() throws StripeException {
        run.client.v1().checkout().sessions().list();
        assertThat(run.http.last().requestId()).matches("req_[A-Za-z0-9]{14}");
    }

    @Test
    void sameKeyAndParametersGiveTheFirstAnswerAgain() throws StripeException {
        SessionCreateParams params = StripeRun.topUp(700).build();
        String first = create(params, "key-1").getId();
        String firstRequest = run.http.last().requestId();
        assertThat(create(params, "key-1").getId()).isEqualTo(first);
        assertThat(run.http.last().headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(run.http.last().headers().firstValue("Original-Request")).contains(firstRequest);
        assertThat(create(params, "key-2").getId()).isNotEqualTo(first);
        assertThat(run.http.last().headers().firstValue("Idempotent-Replayed")).isEmpty();
    }

    @Test
    void sameKeyWithOtherParametersIsRefused() throws StripeException {
        create(StripeRun.topUp(700).build(), "key-3");
        IdempotencyException refused = catchThrowableOfType(
                IdempotencyException.class, () -> create(StripeRun.topUp(800).build(), "key-3"));
        assertThat(refused.getStatusCode()).isEqualTo(400);
        assertThat(refused.getStripeError().getType()).isEqualTo("idempotency_error");
    }

    @Test
    void wrongParametersUseUpNoKey() throws StripeException {
        assertThatThrownBy(() -> create(StripeRun.topUp(1).build(), "key-4"))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(create(StripeRun.topUp(500).build(), "key-4").getAmountTotal())
                .isEqualTo(500);
    }

    @Test
    void simultaneousRequestsWithOneKeyMakeOneSession() throws Exception {
        Set<String> made = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Void> call = () -> {
                try {
                    made.add(create(StripeRun.topUp(900).build(), "key-5").getId());
                } catch (ApiException inUse) {
                    assertThat(inUse.getStatusCode()).isEqualTo(409);
                    assertThat(inUse.getCode()).isEqualTo("idempotency_key_in_use");
                }
                return null;
            };
            for (Future<Void> done : threads.invokeAll(Collections.nCopies(24, call))) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(made).hasSize(1);
        assertThat(create(StripeRun.topUp(900).build(), "key-5").getId()).isIn(made);
    }

    @Test
    void whatIsMissingWrongOrUnknownIsNamed() {
        assertThat(refused(SessionCreateParams.builder()
                                .setMode(SessionCreateParams.Mode.PAYMENT)
                                .build())
                        .getCode())
                .isEqualTo("parameter_missing");
        InvalidRequestException small = refused(StripeRun.topUp(49).build());
        assertThat(small.getCode()).isEqualTo("amount_too_small");
        InvalidRequestException unknown =
                refused(StripeRun.topUp(500).putExtraParam("colour", "blue").build());
        assertThat(unknown.getCode()).isEqualTo("parameter_unknown");
        assertThat(unknown.getParam()).isEqualTo("colour");
        InvalidRequestException negative = refused(StripeRun.topUp(-500).build());
        assertThat(negative.getCode()).isEqualTo("parameter_invalid_integer");
        assertThat(negative.getParam()).isEqualTo("line_items[0][price_data][unit_amount]");
        assertThat(refused(StripeRun.topUp(500)
                                .setExpiresAt(Instant.now().getEpochSecond() + 60)
                                .build())
                        .getParam())
                .isEqualTo("expires_at");
        assertThat(refused(StripeRun.topUp(500)
                                .setMode(SessionCreateParams.Mode.SETUP)
                                .build())
                        .getMessage())
                .contains("local Stripe does not support");
    }

    @Test
    void unknownObjectAndUnknownPathAreTold() {
        InvalidRequestException missing = catchThrowableOfType(
                InvalidRequestException.class,
                () -> run.client.v1().checkout().sessions().retrieve("cs_test_none"));
        assertThat(missing.getStatusCode()).isEqualTo(404);
        assertThat(missing.getCode()).isEqualTo("resource_missing");
        assertThat(missing.getStripeError().getRequestLogUrl()).contains(missing.getRequestId());
        InvalidRequestException path = catchThrowableOfType(
                InvalidRequestException.class, () -> run.client.v1().customers().list());
        assertThat(path.getMessage()).contains("Unrecognized request URL (GET: /v1/customers)");
        InvalidRequestException property = catchThrowableOfType(
                InvalidRequestException.class,
                () -> CheckoutTest.retrieve(run, run.session().getId(), "customer"));
        assertThat(property.getMessage()).contains("cannot be expanded (customer)");
    }

    @Test
    void expiredSessionCannotBePaidAndTakesNoSecondEnd() throws StripeException {
        String id = run.session().getId();
        Session expired = run.client.v1().checkout().sessions().expire(id);
        assertThat(expired.getStatus()).isEqualTo("expired");
        assertThat(expired.getUrl()).isNull();
        assertThatThrownBy(() -> run.client.v1().checkout().sessions().expire(id))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("Only Checkout Sessions with a status in");
        assertThatThrownBy(() -> run.stripe.payments().pay(id)).isInstanceOf(RefusedException.class);
    }

    @Test
    void sessionExpiresByItselfWhenItsTimeIsOver() throws StripeException {
        MovableClock clock = new MovableClock(Instant.now());
        try (StripeRun later = StripeRun.start(clock)) {
            String id = later.session().getId();
            clock.advance(Duration.ofHours(24));
            assertThat(CheckoutTest.retrieve(later, id).getStatus()).isEqualTo("expired");
            assertThatThrownBy(() -> later.stripe.payments().pay(id)).isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void pagesGoThroughAListBothWays() throws StripeException {
        MovableClock clock = new MovableClock(Instant.now());
        try (StripeRun other = StripeRun.start(clock)) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                ids.add(0, other.session().getId());
                clock.advance(Duration.ofSeconds(10));
            }
            assertThat(other.client
                            .v1()
                            .checkout()
                            .sessions()
                            .list(SessionListParams.builder().setLimit(2L).build())
                            .autoPagingIterable())
                    .extracting(Session::getId)
                    .containsExactlyElementsOf(ids);
            StripeCollection<Session> before = other.client
                    .v1()
                    .checkout()
                    .sessions()
                    .list(SessionListParams.builder()
                            .setLimit(2L)
                            .setEndingBefore(ids.get(4))
                            .build());
            assertThat(before.getData()).extracting(Session::getId).containsExactlyElementsOf(ids.subList(2, 4));
            assertThat(before.getHasMore()).isTrue();
            long second = Clock.systemUTC().instant().getEpochSecond();
            assertThat(createdBetween(other, second + 15, second + 35)).containsExactlyElementsOf(ids.subList(3, 5));
            InvalidRequestException cursor = catchThrowableOfType(InvalidRequestException.class, () -> other.client
                    .v1()
                    .checkout()
                    .sessions()
                    .list(SessionListParams.builder()
                            .setStartingAfter("cs_test_none")
                            .build()));
            assertThat(cursor.getParam()).isEqualTo("starting_after");
        }
    }

    private static List<String> createdBetween(StripeRun other, long from, long until) throws StripeException {
        return other
                .client
                .v1()
                .checkout()
                .sessions()
                .list(SessionListParams.builder()
                        .setCreated(SessionListParams.Created.builder()
                                .setGte(from)
                                .setLt(until)
                                .build())
                        .build())
                .getData()
                .stream()
                .map(Session::getId)
                .toList();
    }

    @Test
    void lineItemsAreListedAndOnlyExpandedOnRequest() throws StripeException {
        String id = run.session().getId();
        assertThat(run.client.v1().checkout().sessions().lineItems().list(id).getData())
                .extracting(LineItem::getDescription)
                .containsExactly("AI credits");
        assertThat(run.client
                        .v1()
                        .checkout()
                        .sessions()
                        .retrieve(
                                id,
                                SessionRetrieveParams.builder()
                                        .addExpand("line_items")
                                        .build())
                        .getLineItems()
                        .getData())
                .hasSize(1);
    }

    private static Session create(SessionCreateParams params, String key) throws StripeException {
        return run.client
                .v1()
                .checkout()
                .sessions()
                .create(params, RequestOptions.builder().setIdempotencyKey(key).build());
    }

    private static InvalidRequestException refused(SessionCreateParams params) {
        return catchThrowableOfType(
                InvalidRequestException.class,
                () -> run.client.v1().checkout().sessions().create(params));
    }
}
