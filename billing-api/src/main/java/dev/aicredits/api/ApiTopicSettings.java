package dev.aicredits.api;

import dev.aicredits.ledger.LedgerChange;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What the API sends to Kafka, {@code aicredits.api.topics.*}; an unknown setting keeps the process from starting.
 *
 * @param ledger where it is told that an organization's credits or budgets are others now
 * @param sendTimeout how long the broker may take, twice if it is away: once to be found, once to acknowledge
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.api.topics", ignoreUnknownFields = false)
public record ApiTopicSettings(
        @DefaultValue(LedgerChange.TOPIC) @NotBlank String ledger,

        @DefaultValue("5s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration sendTimeout) {}
