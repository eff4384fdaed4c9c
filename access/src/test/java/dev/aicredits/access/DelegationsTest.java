package dev.aicredits.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class DelegationsTest {

    private static final String SECRET = "secret-of-tests-secret-of-tests-secret";
    private static final String NEWER = "newer-secret-of-tests-newer-secret-of-tests";
    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    private static final Caller.Person ADA = new Caller.Person("usr_ada");

    @Test
    void whoeverHasTheSecretLearnsForWhom() {
        String token = at(NOW, SECRET).token(ADA);
        assertThat(at(NOW.plusSeconds(30), SECRET).caller(token)).contains(ADA);
        assertThat(at(NOW, NEWER, SECRET).caller(token)).contains(ADA);
    }

    @Test
    void itsMinuteIsOneWhateverTheClocks() {
        String token = at(NOW, SECRET).token(ADA);

        assertThat(at(NOW.plusSeconds(64), SECRET).caller(token)).contains(ADA);
        assertThat(at(NOW.plusSeconds(66), SECRET).caller(token)).isEmpty();
        assertThat(at(NOW.minusSeconds(20), SECRET).caller(token))
                .as("whose clock is behind takes it too")
                .contains(ADA);
    }

    @Test
    void anotherSecretOrAnotherTimeIsNobody() {
        String token = at(NOW, SECRET).token(ADA);
        assertThat(at(NOW, NEWER).caller(token)).isEmpty();
        assertThat(at(NOW).caller(token)).isEmpty();
        assertThat(at(NOW.plus(Duration.ofMinutes(3)), SECRET).caller(token)).isEmpty();
        assertThat(at(NOW, SECRET).caller(token.substring(0, token.length() - 4) + "AAAA"))
                .isEmpty();
        assertThat(at(NOW, SECRET).caller(Delegations.PREFIX + "nonsense")).isEmpty();
        assertThat(at(NOW, SECRET).caller(Delegations.PREFIX)).isEmpty();
    }

    @Test
    void withoutASecretNobodyIsCalledFor() {
        Delegations none = at(NOW);
        assertThat(none.isPossible()).isFalse();
        assertThatThrownBy(() -> none.token(ADA)).isInstanceOf(IllegalStateException.class);
    }

    private static Delegations at(Instant time, String... secrets) {
        return new Delegations(List.of(secrets), Clock.fixed(time, ZoneOffset.UTC));
    }
}
