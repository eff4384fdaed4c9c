package dev.aicredits.stream;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of streams, {@code aicredits.api.streams.*}; an unknown one keeps the process from starting.
 *
 * @param interval how often it is looked whether something changed
 * @param life after how long a stream ends, for the client to open it again
 * @param streamsMax how many may be open at once in one process
 * @param streamsPerOrganizationMax how many of these may be of one organization
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.api.streams", ignoreUnknownFields = false)
public record StreamSettings(
        @DefaultValue("1s") @DurationMin(millis = 10) Duration interval,
        @DefaultValue("1m") @DurationMin(seconds = 1) Duration life,
        @DefaultValue("1000") @Min(1) @Max(100_000) int streamsMax,
        @DefaultValue("100") @Min(1) @Max(100_000) int streamsPerOrganizationMax) {}
