package dev.aicredits.spending;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Every setting of budgets and holds, {@code aicredits.spending.*}; an unknown one keeps the process from starting.
 *
 * @param holdLanes how many transactions about holds may be under way at once, each on a connection of its own; an
 *     organization's are one after the other anyway
 * @param holdSweepInterval how often holds whose time is over are marked; they hold nothing even before
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.spending", ignoreUnknownFields = false)
public record SpendingSettings(
        @DefaultValue("2") @Min(1) @Max(64) int holdLanes,
        @DefaultValue("1s") Duration holdSweepInterval) {

    @AssertTrue(message = "hold-sweep-interval is between 10ms and 1h") boolean isHoldSweepIntervalInRange() {
        return holdSweepInterval.compareTo(Duration.ofMillis(10)) >= 0
                && holdSweepInterval.compareTo(Duration.ofHours(1)) <= 0;
    }
}
