package dev.aicredits.stripe;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Stripe is reached.
 *
 * @param apiKey a secret or restricted key; its prefix says whether it is of the live mode
 * @param apiBase where Stripe's API is; another one in tests
 * @param connectTimeout how long a connection may take to open
 * @param readTimeout how long Stripe may be silent while it answers
 * @param attemptsMax how often a call is tried
 * @param backOffInitial the wait before the second try, which a random part is taken off; each further one doubles it
 * @param backOffMax the longest wait before a try, also where Stripe asks for a longer one
 * @param callTimeout after how long no further try begins
 * @param callsMax how many calls may be under way at once
 * @param callsWait how long a call waits for others to end before it is given up
 * @param circuitCalls over how many of the last calls failures are counted
 * @param circuitFailurePercent at how many of them in a hundred Stripe is left alone
 * @param circuitOpen for how long
 */
public record StripeSettings(
        @DefaultValue("") @NotBlank String apiKey,
        @DefaultValue("https://api.stripe.com") URI apiBase,

        @DefaultValue("2s") @DurationMin(millis = 1) @DurationMax(minutes = 1)
        Duration connectTimeout,

        @DefaultValue("5s") @DurationMin(millis = 1) @DurationMax(minutes = 1)
        Duration readTimeout,

        @DefaultValue("3") @Min(1) @Max(10) int attemptsMax,
        @DefaultValue("200ms") @DurationMin(millis = 1) Duration backOffInitial,
        @DefaultValue("2s") @DurationMin(millis = 1) Duration backOffMax,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration callTimeout,
        @DefaultValue("32") @Min(1) @Max(1000) int callsMax,
        @DefaultValue("1s") @DurationMin Duration callsWait,
        @DefaultValue("20") @Min(2) @Max(1000) int circuitCalls,
        @DefaultValue("50") @Min(1) @Max(100) int circuitFailurePercent,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration circuitOpen) {

    /** Whether the key is of Stripe's live mode. */
    boolean livemode() {
        return apiKey.startsWith("sk_live") || apiKey.startsWith("rk_live");
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "StripeSettings[apiBase=" + apiBase + "]";
    }
}
