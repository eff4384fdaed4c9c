package dev.aicredits.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What whoever sends requests, or restarts the process, is told of it. */
class HealthTest {

    private static final ApiClient CLIENT = ApiSystem.shared().anonymous();

    @Test
    void itIsReadyWhileItAnswersAndReachesTheDatabase() {
        assertThat(CLIENT.get("/actuator/health/readiness").body())
                .contains("\"status\":\"UP\"", "\"db\":", "\"readinessState\":")
                .doesNotContain("DOWN");
    }

    @Test
    void itIsAliveWhateverTheDatabaseDoes() {
        assertThat(CLIENT.get("/actuator/health/liveness").body())
                .contains("\"status\":\"UP\"", "\"billingApiThreads\":")
                .doesNotContain("\"db\":");
    }
}
