package dev.aicredits.localstripe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Does a call's work once for each idempotency key, as
 * <a href="https://docs.stripe.com/api/idempotent_requests">Stripe documents</a>: a repetition is given the first answer,
 * with other parameters it is refused, and a request whose parameters are wrong has used up no key.
 */
final class ApiWork {
    private static final int OK = 200;

    private final StripeApi api;
    private final StripeState state;
    private final JdbcIdempotency answers;
    private final Clock clock;
    private final Set<String> inProgress = ConcurrentHashMap.newKeySet();

    ApiWork(StripeApi api, StripeState state, JdbcIdempotency answers, Clock clock) {
        this.api = api;
        this.state = state;
        this.answers = answers;
        this.clock = clock;
    }

    ApiAnswer answer(
            StripeOperation operation,
            String path,
            Map<String, String[]> form,
            @Nullable String key,
            String requestId) {
        try {
            api.prepare(operation);
            if (!operation.isWrite()) {
                ApiCall call = ApiCall.of(operation, path, Params.parse(form));
                return new ApiAnswer(OK, Json.write(state.read(change -> api.answer(call, change))), requestId, null);
            }
            return key == null || !operation.takesKey()
                    ? write(ApiCall.of(operation, path, Params.parse(form)), null, "", requestId)
                    : writeOnce(operation, path, form, key, requestId);
        } catch (StripeError e) {
            return ApiAnswer.of(e, requestId);
        }
    }

    private ApiAnswer writeOnce(
            StripeOperation operation, String path, Map<String, String[]> form, String key, String requestId) {
        if (!inProgress.add(key)) {
            throw StripeError.keyInUse(key);
        }
        try {
            String fingerprint = fingerprint(operation + path, form);
            Optional<JdbcIdempotency.Saved> saved = answers.find(key);
            if (saved.isEmpty()) {
                return write(ApiCall.of(operation, path, Params.parse(form)), key, fingerprint, requestId);
            }
            if (!saved.get().fingerprint().equals(fingerprint)) {
                throw StripeError.otherParameters(key);
            }
            return new ApiAnswer(
                    saved.get().status(),
                    saved.get().body(),
                    requestId,
                    saved.get().requestId());
        } finally {
            inProgress.remove(key);
        }
    }

    private ApiAnswer write(ApiCall call, @Nullable String key, String fingerprint, String requestId) {
        try {
            return state.change(requestId, key, change -> {
                ApiAnswer answer = new ApiAnswer(OK, Json.write(api.answer(call, change)), requestId, null);
                save(key, fingerprint, answer);
                return answer;
            });
        } catch (StripeError e) {
            ApiAnswer answer = ApiAnswer.of(e, requestId);
            if (e.isFinal()) {
                save(key, fingerprint, answer);
            }
            return answer;
        }
    }

    private void save(@Nullable String key, String fingerprint, ApiAnswer answer) {
        if (key != null) {
            answers.save(
                    key,
                    new JdbcIdempotency.Saved(fingerprint, answer.requestId(), answer.status(), answer.body()),
                    clock.instant());
        }
    }

    private static String fingerprint(String target, Map<String, String[]> form) {
        StringBuilder text = new StringBuilder(target);
        new TreeMap<>(form).forEach((name, values) -> {
            for (String value : values) {
                text.append('\n').append(name).append('=').append(value);
            }
        });
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
