package dev.aicredits.checkout;

import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.messaging.ConsumerSettings;
import dev.aicredits.stripe.StripeSettings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Every setting of the checkout worker, {@code aicredits.checkout-sync.*}; an unknown one keeps it from starting.
 *
 * @param webhookSecrets the signing secrets that are accepted: two while one is being replaced
 * @param webhookTolerance how far a signature's time may be from ours, either way
 * @param webhookBytesMax the largest webhook body that is read
 * @param amountMin the least that can be bought, in USD
 * @param amountMax the most that can be bought at once, in USD
 * @param amountsSuggested amounts that pages offer, in USD
 * @param publicUrl where customers reach this service; their browsers come back to its return page
 * @param returnOrigins origins, beside the public URL's, that a client's own return URLs may have
 * @param topic Stripe's events
 * @param deadLetterTopic events that could not be used
 * @param ledgerTopic ledger changes out
 * @param groupId the consumer group
 * @param groupProtocol Kafka's group protocol: {@code classic}, or {@code consumer} (KIP-848, brokers from 4.0)
 * @param concurrency consumer threads of this process; more than the topic's partitions are idle
 * @param pollRecordsMax the most events of one poll
 * @param eventsAtOnce how many of the events that were read are acted on at the same time
 * @param pollIntervalMax how long these may take before the group gives their partitions to another
 * @param backOffInitial the wait before an event that failed is tried again
 * @param backOffMax what that wait, doubled each time, grows to; there is no last try
 * @param sendTimeout how long an event or a dead letter may take to be acknowledged by the broker
 * @param shutdownTimeout how long a stop waits for the events and sweeps under way
 * @param sweepPoll how often it is looked whether a sweep is due
 * @param openInterval how often the sweeps of open sessions and of orders of plans run
 * @param openAgeMin how long a session is left alone after it was opened, or asked about
 * @param openPageSize how many sessions a run of it looks at
 * @param openCalls how many calls to Stripe a run of it may make
 * @param undeliveredInterval how often the sweep of undelivered events runs
 * @param undeliveredAgeMin how long an event is left to its webhook
 * @param undeliveredAgeMax how far back it looks; Stripe lists 30 days
 * @param undeliveredPageSize how many events it asks for at once
 * @param undeliveredCalls how many calls to Stripe a run of it may make; the next goes on from there
 * @param stripe how Stripe is reached
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.checkout-sync", ignoreUnknownFields = false)
public record CheckoutSettings(
        @DefaultValue Set<String> webhookSecrets,
        @DefaultValue("5m") @DurationMin(seconds = 1) Duration webhookTolerance,
        @DefaultValue("512KB") DataSize webhookBytesMax,
        @DefaultValue("5") @NotNull BigDecimal amountMin,
        @DefaultValue("10000") @NotNull BigDecimal amountMax,
        @DefaultValue({"10", "25", "50", "100"}) List<BigDecimal> amountsSuggested,
        @DefaultValue("http://127.0.0.1:8082") @NotNull URI publicUrl,
        @DefaultValue Set<String> returnOrigins,
        @DefaultValue("stripe.events.v1") @NotBlank String topic,
        @DefaultValue("stripe.events.v1-dlt") @NotBlank String deadLetterTopic,
        @DefaultValue(LedgerChange.TOPIC) @NotBlank String ledgerTopic,
        @DefaultValue("checkout-sync-worker") @NotBlank String groupId,

        @DefaultValue("classic") @Pattern(regexp = "consumer|classic") String groupProtocol,

        @DefaultValue("2") @Min(1) @Max(256) int concurrency,
        @DefaultValue("100") @Min(1) @Max(10_000) int pollRecordsMax,
        @DefaultValue("16") @Min(1) @Max(1_000) int eventsAtOnce,
        @DefaultValue("15m") @DurationMin(seconds = 1) Duration pollIntervalMax,
        @DefaultValue("200ms") @DurationMin(millis = 1) Duration backOffInitial,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration backOffMax,
        @DefaultValue("5s") @DurationMin(millis = 100) Duration sendTimeout,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration shutdownTimeout,
        @DefaultValue("2s") @DurationMin(millis = 10) Duration sweepPoll,
        @DefaultValue("1m") @DurationMin(millis = 10) Duration openInterval,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration openAgeMin,
        @DefaultValue("200") @Min(1) @Max(10_000) int openPageSize,
        @DefaultValue("400") @Min(1) @Max(100_000) int openCalls,
        @DefaultValue("5m") @DurationMin(millis = 10) Duration undeliveredInterval,
        @DefaultValue("2m") @DurationMin Duration undeliveredAgeMin,
        @DefaultValue("30d") @DurationMin(seconds = 1) Duration undeliveredAgeMax,
        @DefaultValue("100") @Min(1) @Max(100) int undeliveredPageSize,
        @DefaultValue("20") @Min(1) @Max(100_000) int undeliveredCalls,
        @DefaultValue @Valid StripeSettings stripe)
        implements ConsumerSettings {

    /** Refuses limits that Stripe would refuse, and suggestions that we would. */
    @AssertTrue(
            message =
                    "0.50 <= amount-min <= amount-max <= 999,999.99, all whole cents, and amounts-suggested between them")
    boolean isAmountsInOrder() {
        return amountMin.compareTo(new BigDecimal("0.50")) >= 0
                && amountMin.compareTo(amountMax) <= 0
                && amountMax.compareTo(new BigDecimal("999999.99")) <= 0
                && isWholeCents(amountMin)
                && isWholeCents(amountMax)
                && amountsSuggested.stream()
                        .allMatch(amount -> isWholeCents(amount)
                                && amount.compareTo(amountMin) >= 0
                                && amount.compareTo(amountMax) <= 0);
    }

    private static boolean isWholeCents(BigDecimal amount) {
        return amount.stripTrailingZeros().scale() <= 2;
    }

    /** Refuses secrets that anybody could guess: empty ones, which a list with a trailing comma has. */
    @AssertTrue(message = "webhook-secrets are not blank") boolean isWebhookSecretsPresent() {
        return webhookSecrets.stream().noneMatch(String::isBlank);
    }

    /** Refuses a body that is too large for the topic. */
    @AssertTrue(message = "webhook-bytes-max is between 1KB and 1MB") boolean isWebhookBytesInRange() {
        return webhookBytesMax.toBytes() >= 1024 && webhookBytesMax.compareTo(DataSize.ofMegabytes(1)) <= 0;
    }

    /** Refuses what would leave the group for ever: a wait that outlasts the time it grants between polls. */
    @AssertTrue(message = "back-off-initial <= back-off-max < poll-interval-max") boolean isWithinPollInterval() {
        return keepsItsPlaceWaiting(Duration.ZERO);
    }

    /** Never shows keys or secrets. */
    @Override
    public String toString() {
        return "CheckoutSettings[topic=" + topic + ", groupId=" + groupId + ", stripe=" + stripe + "]";
    }
}
