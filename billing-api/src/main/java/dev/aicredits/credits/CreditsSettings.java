package dev.aicredits.credits;

import jakarta.validation.constraints.NotNull;
import java.math.BigDecimal;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the credits' pages, {@code aicredits.api.credits.*}; an unknown one keeps the process from starting.
 *
 * @param topUpOptions amounts that clients offer, in USD
 * @param lowBalance below this balance, in USD, credits are low
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.api.credits", ignoreUnknownFields = false)
public record CreditsSettings(
        @DefaultValue({"10", "25", "50", "100"}) List<BigDecimal> topUpOptions,
        @DefaultValue("5") @NotNull BigDecimal lowBalance) {}
