package dev.aicredits.local;

import dev.aicredits.embedded.StartupFailure;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Stripe that the services talk to.
 *
 * @param webhookSecrets separated by commas
 * @param apiBase of the local one; null for Stripe itself
 */
record StripeAccess(
        String apiKey, String webhookSecrets, @Nullable String apiBase) {
    private static final String API_KEY = "STRIPE_API_KEY";
    private static final String WEBHOOK_SECRET = "STRIPE_WEBHOOK_SECRET";

    /**
     * Stripe itself, if the environment has a key for it.
     *
     * @throws StartupFailure if that key is not of the test mode, or there is no secret beside it
     */
    static Optional<StripeAccess> ofEnvironment(Map<String, String> environment) {
        String key = environment.getOrDefault(API_KEY, "").strip();
        if (key.isEmpty()) {
            return Optional.empty();
        }
        if (!key.startsWith("sk_test_") && !key.startsWith("rk_test_")) {
            throw new StartupFailure(
                    API_KEY + " is no key of Stripe's test mode (sk_test_... or rk_test_...), and a demo"
                            + " must move no money: unset it, or set one that is");
        }
        String secret = environment.getOrDefault(WEBHOOK_SECRET, "").strip();
        if (secret.isEmpty()) {
            throw new StartupFailure(API_KEY + " is set and " + WEBHOOK_SECRET
                    + " is not: stripe listen prints it; unset both for the local Stripe");
        }
        return Optional.of(new StripeAccess(key, secret, null));
    }

    /** The local one. */
    static StripeAccess local(DemoKeys keys, String baseUrl) {
        return new StripeAccess(keys.stripe(), keys.webhookSecret(), baseUrl);
    }

    /** Without key and secrets. */
    @Override
    public String toString() {
        return apiBase == null ? "Stripe" : apiBase;
    }
}
