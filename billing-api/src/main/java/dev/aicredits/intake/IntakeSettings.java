package dev.aicredits.intake;

import dev.aicredits.usage.UsageEvent;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of usage events over HTTP, {@code aicredits.api.usage-events.*}; an unknown one keeps the process from starting.
 * Ages and sizes are best those of the usage consumer: what it does not take either is told to the sender here, and is a
 * dead letter there.
 *
 * @param topic where they go
 * @param eventsMax the most events of one request
 * @param eventAgeMax the oldest event that is taken, by its time
 * @param eventFutureMax how far an event's time may be ahead of our clock
 * @param eventBytesMax the largest event that is taken
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.api.usage-events", ignoreUnknownFields = false)
public record IntakeSettings(
        @DefaultValue(UsageEvent.TOPIC) @NotBlank String topic,
        @DefaultValue("1000") @Min(1) @Max(100_000) int eventsMax,
        @DefaultValue("100d") @DurationMin(minutes = 1) Duration eventAgeMax,
        @DefaultValue("10m") @DurationMin Duration eventFutureMax,
        @DefaultValue("1MB") DataSize eventBytesMax) {

    @AssertTrue(message = "event-bytes-max is between 1KB and 1MB") boolean isEventBytesInRange() {
        return eventBytesMax.toBytes() >= 1024 && eventBytesMax.compareTo(DataSize.ofMegabytes(1)) <= 0;
    }
}
