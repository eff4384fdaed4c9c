package dev.aicredits.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.problem.ProblemException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

/** How many requests a caller may make. */
class RateLimitsTest {

    private long nanos;
    private final RateLimits limits = new RateLimits(10, 20, () -> nanos);
    private final Caller caller = new Caller.Person("usr_1");

    @Test
    void aBurstIsTakenAtOnceAndComesBackOverTime() {
        take(20);
        refused();
        nanos += TimeUnit.MILLISECONDS.toNanos(100);
        take(1);
        refused();
        nanos += TimeUnit.DAYS.toNanos(400);
        take(20);
        refused();
    }

    @Test
    void partsOfARequestAreNotLost() {
        take(20);
        for (int i = 0; i < 10; i++) {
            nanos += TimeUnit.MILLISECONDS.toNanos(10);
            if (i < 9) {
                refused();
            }
        }
        take(1);
    }

    @Test
    void callersDoNotTakeFromEachOther() {
        take(20);
        limits.take(new Caller.Person("usr_2"), new MockHttpServletResponse());
    }

    @Test
    void theAnswerSaysWhatIsLeft() {
        MockHttpServletResponse response = new MockHttpServletResponse();
        limits.take(caller, response);

        assertThat(response.getHeader("RateLimit-Policy")).isEqualTo("\"caller\";q=20;w=2");
        assertThat(response.getHeader("RateLimit")).isEqualTo("\"caller\";r=19;t=1");
        take(19);
        MockHttpServletResponse refusal = new MockHttpServletResponse();
        assertThatThrownBy(() -> limits.take(caller, refusal)).isInstanceOf(ProblemException.class);
        assertThat(refusal.getHeader("Retry-After")).isEqualTo("1");
        assertThat(refusal.getHeader("RateLimit")).isEqualTo("\"caller\";r=0;t=2");
    }

    private void take(int requests) {
        for (int i = 0; i < requests; i++) {
            limits.take(caller, new MockHttpServletResponse());
        }
    }

    private void refused() {
        assertThatThrownBy(() -> limits.take(caller, new MockHttpServletResponse()))
                .isInstanceOf(ProblemException.class);
    }
}
