package dev.aicredits.problem;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The {@code Idempotency-Key} header: a client's name for a request that it may send again. */
public final class IdempotencyHeader {

    private static final String NAME = "Idempotency-Key";
    private static final int LENGTH_MAX = 255;

    private IdempotencyHeader() {}

    /**
     * The request's key, if it has one.
     *
     * @param invalid what is thrown unless it is one header of 1 to 255 visible ASCII characters
     */
    public static Optional<String> read(HttpServletRequest request, Supplier<? extends RuntimeException> invalid) {
        List<String> keys = Collections.list(request.getHeaders(NAME));
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        String key = keys.get(0);
        boolean visible = key.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (keys.size() > 1 || key.isEmpty() || key.length() > LENGTH_MAX || !visible) {
            throw invalid.get();
        }
        return Optional.of(key);
    }
}
