package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.net.RequestOptions;
import com.stripe.param.checkout.SessionListParams;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The API going wrong as it is told to, seen by the unmodified client. */
class FaultTest {
    private static StripeRun run;

    @BeforeAll
    static void start() {
        run = StripeRun.start();
    }

    @AfterAll
    static void stop() {
        run.close();
    }

    @AfterEach
    void clear() {
        run.stripe.faults().clear();
    }

    @Test
    void rateLimitTellsWhenToComeBack() {
        run.stripe.faults().next(1, ApiFault.rateLimited(Duration.ofSeconds(3)));
        RateLimitException limited = catchThrowableOfType(RateLimitException.class, this::list);
        assertThat(limited.getStatusCode()).isEqualTo(429);
        assertThat(limited.getCode()).isEqualTo("rate_limit");
        assertThat(run.http.last().headers().firstValue("Retry-After")).contains("3");
        assertThat(run.http.last().headers().firstValue("Stripe-Should-Retry")).contains("true");
    }

    @Test
    void serverErrorIsAnApiError() throws StripeException {
        run.stripe.faults().next(1, ApiFault.serverError());
        ApiException error = catchThrowableOfType(ApiException.class, this::list);
        assertThat(error.getStatusCode()).isEqualTo(500);
        list();
    }

    @Test
    void garbageIsNotUnderstood() {
        run.stripe.faults().next(1, ApiFault.garbage());
        assertThatThrownBy(this::list).isInstanceOf(ApiException.class).hasMessageContaining("Invalid response object");
    }

    @Test
    void connectionIsResetUnderTheClient() {
        long begin = System.nanoTime();
        // The JDK's client tries twice by itself.
        run.stripe.faults().next(2, ApiFault.reset(), StripeOperation.SESSION_LIST);
        assertThatThrownBy(this::list)
                .isInstanceOf(ApiConnectionException.class)
                .hasRootCauseInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("it does not wait for the read to time out")
                .isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void timeOutLeavesTheClientWithoutAnAnswer() {
        run.stripe.faults().next(1, ApiFault.timeOut(), StripeOperation.SESSION_LIST);
        assertThatThrownBy(this::list)
                .isInstanceOf(ApiConnectionException.class)
                .hasRootCauseInstanceOf(SocketTimeoutException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = ApiFault.Kind.class,
            names = {"RESET", "SERVER_ERROR", "GARBAGE", "RATE_LIMITED"})
    void lostAnswerIsGivenToTheSameKeyLater(ApiFault.Kind kind) throws StripeException {
        String key = "lost-" + kind;
        long before = sessions();
        ApiFault lost = new ApiFault(kind, true, Duration.ZERO);
        run.stripe.faults().next(2, lost, StripeOperation.SESSION_CREATE);
        assertThatThrownBy(() -> create(key)).isInstanceOf(StripeException.class);
        assertThat(sessions()).as("the work is done").isEqualTo(before + 1);

        run.stripe.faults().clear();
        String found = create(key);
        assertThat(run.http.last().headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(create(key)).isEqualTo(found);
        assertThat(sessions()).isEqualTo(before + 1);
    }

    @Test
    void faultBeforeTheWorkChangesNothing() throws StripeException {
        long before = sessions();
        run.stripe.faults().next(1, ApiFault.serverError(), StripeOperation.SESSION_CREATE);
        assertThatThrownBy(() -> create("unborn")).isInstanceOf(ApiException.class);
        assertThat(sessions()).isEqualTo(before);
        create("unborn");
        assertThat(run.http.last().headers().firstValue("Idempotent-Replayed")).isEmpty();
    }

    @Test
    void faultsMeetTheirOperationsAndAreCounted() throws StripeException {
        run.stripe.faults().always(ApiFault.serverError(), StripeOperation.SESSION_CREATE);
        long before = run.stripe.faults().calls(StripeOperation.SESSION_CREATE);
        list();
        assertThatThrownBy(() -> create("a")).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> create("b")).isInstanceOf(ApiException.class);
        assertThat(run.stripe.faults().calls(StripeOperation.SESSION_CREATE)).isEqualTo(before + 2);
    }

    @Test
    void clientThatRetriesGetsThroughTwoFaults() throws StripeException {
        run.stripe.faults().next(2, ApiFault.serverError(), StripeOperation.SESSION_LIST);
        assertThat(run.client(StripeRun.KEY, 2)
                        .v1()
                        .checkout()
                        .sessions()
                        .list()
                        .getData())
                .isNotNull();
    }

    private void list() throws StripeException {
        run.client.v1().checkout().sessions().list();
    }

    private static long sessions() throws StripeException {
        long count = 0;
        for (Object unused : run.client
                .v1()
                .checkout()
                .sessions()
                .list(SessionListParams.builder().setLimit(100L).build())
                .autoPagingIterable()) {
            count++;
        }
        return count;
    }

    private static String create(String key) throws StripeException {
        return run.client
                .v1()
                .checkout()
                .sessions()
                .create(
                        StripeRun.topUp(5000).build(),
                        RequestOptions.builder().setIdempotencyKey(key).build())
                .getId();
    }
}
