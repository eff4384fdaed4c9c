package dev.aicredits.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.springframework.http.HttpHeaders;

/**
 * How many requests a caller may make, in this process: a bucket for each that fills at a steady rate.
 *
 * <p>Headers are those of the IETF draft "RateLimit header fields for HTTP": {@code RateLimit-Policy} and {@code RateLimit}.
 */
final class RateLimits {

    private static final long CALLERS_MAX = 100_000;
    private static final Duration IDLE_MAX = Duration.ofMinutes(10);

    private final int perSecond;
    private final int burst;
    private final LongSupplier nanoTime;
    private final String policy;
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(CALLERS_MAX)
            .expireAfterAccess(IDLE_MAX)
            .build();

    RateLimits(int perSecond, int burst, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanoTime = nanoTime;
        this.policy = "\"caller\";q=" + burst + ";w=" + seconds(burst);
    }

    /** Takes one request off, and says what is left. */
    void take(Caller caller, HttpServletResponse response) {
        long left = buckets.get(caller.actor(), actor -> new Bucket()).take();
        response.setHeader("RateLimit-Policy", policy);
        response.setHeader(
                "RateLimit", "\"caller\";r=" + Math.max(0, left) + ";t=" + seconds(burst - Math.max(0, left)));
        if (left < 0) {
            response.setHeader(HttpHeaders.RETRY_AFTER, "1");
            throw new ProblemException(CommonProblem.RATE_LIMITED);
        }
    }

    /** How long it takes until so many are there again, rounded up. */
    private long seconds(long requests) {
        return (requests + perSecond - 1) / perSecond;
    }

    /** Whole requests, counted in nanoseconds of filling so that nothing is lost to rounding. */
    private final class Bucket {
        private long filledNanos = TimeUnit.SECONDS.toNanos(burst);
        private long at = nanoTime.getAsLong();

        /** What is left after this one; -1 if there was none. */
        synchronized long take() {
            long now = nanoTime.getAsLong();
            long full = TimeUnit.SECONDS.toNanos(burst);
            // What a long pause would add does not fit a long; more than full it never is.
            long elapsed = Math.min(Math.max(0, now - at), full);
            filledNanos = Math.min(full, filledNanos + elapsed * perSecond);
            at = now;
            long one = TimeUnit.SECONDS.toNanos(1);
            if (filledNanos < one) {
                return -1;
            }
            filledNanos -= one;
            return filledNanos / one;
        }
    }
}
