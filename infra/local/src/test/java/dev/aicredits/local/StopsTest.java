package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.control.ControlSignal;
import dev.aicredits.control.Target;
import dev.aicredits.money.Usd;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopsTest {

    private static final Target ORGANIZATION = Target.organization("org");
    private static final Target AGENT = Target.agent("org", "ag");
    private static final Target USER = Target.externalUser("org", "ag", "user");
    private static final Target ANONYMOUS = Target.anonymous("org", "ag");

    private final Stops stops = new Stops();

    @ParameterizedTest
    @CsvSource({
        "organization, false, false, false",
        "agent, false, false, false",
        "external_user, false, true, true",
        "anonymous, true, false, true"
    })
    void aStopReachesWhomItIsFor(String scope, boolean user, boolean anonymous, boolean other) {
        Target target =
                switch (scope) {
                    case "organization" -> ORGANIZATION;
                    case "agent" -> AGENT;
                    case "external_user" -> USER;
                    default -> ANONYMOUS;
                };
        stops.take(signal(target, 1));

        assertThat(stops.allow("org", "ag", "user")).isEqualTo(user);
        assertThat(stops.allow("org", "ag", null)).isEqualTo(anonymous);
        assertThat(stops.allow("org", "ag", "another")).isEqualTo(other);
        assertThat(stops.allow("another", "ag", "user")).isTrue();
    }

    @Test
    void theHighestVersionHoldsInWhateverOrderTheyCome() {
        assertThat(stops.take(signal(AGENT, 1))).isTrue();
        assertThat(stops.take(signal(AGENT, 4))).isTrue();
        assertThat(stops.take(signal(AGENT, 3))).isFalse();
        assertThat(stops.take(signal(AGENT, 4))).isFalse();

        assertThat(stops.allow("org", "ag", "user")).isTrue();
    }

    @Test
    void aResumeOfOneTargetLeavesTheStopsOfOthers() {
        stops.take(signal(ORGANIZATION, 1));
        stops.take(signal(USER, 1));
        stops.take(signal(ORGANIZATION, 2));

        assertThat(stops.allow("org", "ag", "user")).isFalse();
        assertThat(stops.allow("org", "ag", null)).isTrue();
    }

    private static ControlSignal signal(Target target, long version) {
        return new ControlSignal(target, version, null, null, Usd.ZERO, null, "usage", null, Instant.EPOCH);
    }
}
