package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.money.Usd;
import org.junit.jupiter.api.Test;

class StatusLineTest {
    @Test
    void tellsRateDebitsBalanceLagAndDeadLetters() {
        assertThat(StatusLine.text(25, 1.5, Usd.of("48.123456"), 7, 2))
                .isEqualTo("25 events/s | debited $1.5000 | org_acme $48.1234 | lag 7 | dead letters 2");
    }
}
