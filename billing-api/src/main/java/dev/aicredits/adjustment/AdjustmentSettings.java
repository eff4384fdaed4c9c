package dev.aicredits.adjustment;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import java.math.BigDecimal;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of adjustments, {@code aicredits.api.adjustments.*}; an unknown one keeps the process from starting.
 *
 * @param aloneMax the greatest amount, in USD and either way, that one operator books alone
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.api.adjustments", ignoreUnknownFields = false)
public record AdjustmentSettings(
        @DefaultValue("100") @NotNull @PositiveOrZero BigDecimal aloneMax) {}
