package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.embedded.StartupFailure;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which Stripe the environment asks for. */
class StripeAccessTest {
    private static final String KEY = "sk_test_of_a_test";
    private static final String SECRET = "whsec_of_a_test";

    @Test
    void withoutAKeyItIsTheLocalOne() {
        assertThat(StripeAccess.ofEnvironment(Map.of())).isEmpty();
        assertThat(StripeAccess.ofEnvironment(Map.of("STRIPE_API_KEY", " "))).isEmpty();
    }

    @Test
    void keyAndSecretAreOfStripeItself() {
        assertThat(StripeAccess.ofEnvironment(Map.of("STRIPE_API_KEY", KEY, "STRIPE_WEBHOOK_SECRET", SECRET)))
                .contains(new StripeAccess(KEY, SECRET, null));
    }

    @Test
    void liveKeyIsRefusedAndNotShown() {
        assertThatThrownBy(() -> StripeAccess.ofEnvironment(
                        Map.of("STRIPE_API_KEY", "rk_live_of_nobody", "STRIPE_WEBHOOK_SECRET", SECRET)))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("a demo must move no money")
                .hasMessageNotContaining("nobody");
    }

    @Test
    void keyWithoutSecretIsRefused() {
        assertThatThrownBy(() -> StripeAccess.ofEnvironment(Map.of("STRIPE_API_KEY", KEY)))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("STRIPE_WEBHOOK_SECRET is not");
    }
}
