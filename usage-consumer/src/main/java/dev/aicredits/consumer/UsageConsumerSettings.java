package dev.aicredits.consumer;

import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.messaging.ConsumerSettings;
import dev.aicredits.usage.UsageEvent;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Every setting of the usage consumer, {@code aicredits.usage-consumer.*}; an unknown one keeps it from starting.
 *
 * @param topic usage events in
 * @param deadLetterTopic what could not be used
 * @param ledgerTopic ledger changes out
 * @param groupId the consumer group
 * @param groupProtocol Kafka's group protocol: {@code classic}, or {@code consumer} (KIP-848, brokers from 4.0)
 * @param concurrency consumer threads of this process; more than the topic's partitions are idle
 * @param pollRecordsMax the most events of one batch, which is one transaction
 * @param pollBytesMax after how many bytes of values and headers a batch ends early; one event always fits
 * @param pollIntervalMax how long a batch may take before the group gives its partitions to another
 * @param fetchMax the most bytes, compressed, that one fetch brings
 * @param partitionFetchMax the most bytes, compressed, of one partition in a fetch
 * @param backOffInitial the wait before a failed batch is tried again
 * @param backOffMax what that wait, doubled each time, grows to; there is no last try
 * @param sendTimeout how long a dead letter or a ledger change may take to be acknowledged
 * @param shutdownTimeout how long a stop waits for the batch under way
 * @param eventAgeMax the oldest event that is taken, by its time
 * @param eventFutureMax how far an event's time may be ahead of our clock
 * @param eventBytesMax the largest event that is taken
 * @param trustedSources CloudEvents sources whose {@code costUsd} is the price
 * @param rateCardRefresh how often a new version of the rate card is looked for
 * @param dailyTotalsInterval after how long the daily totals of all organizations are raised, and after a tenth of it those
 *     with many new entries; until then reads add up entries
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.usage-consumer", ignoreUnknownFields = false)
public record UsageConsumerSettings(
        @DefaultValue(UsageEvent.TOPIC) @NotBlank String topic,
        @DefaultValue(UsageEvent.TOPIC + "-dlt") @NotBlank String deadLetterTopic,
        @DefaultValue(LedgerChange.TOPIC) @NotBlank String ledgerTopic,
        @DefaultValue("usage-consumer") @NotBlank String groupId,

        @DefaultValue("classic") @Pattern(regexp = "consumer|classic") String groupProtocol,

        @DefaultValue("2") @Min(1) @Max(256) int concurrency,
        @DefaultValue("20000") @Min(1) @Max(100_000) int pollRecordsMax,
        @DefaultValue("8MB") DataSize pollBytesMax,
        @DefaultValue("5m") @DurationMin(seconds = 1) Duration pollIntervalMax,
        @DefaultValue("8MB") DataSize fetchMax,
        @DefaultValue("4MB") DataSize partitionFetchMax,
        @DefaultValue("200ms") @DurationMin(millis = 1) Duration backOffInitial,
        @DefaultValue("5s") @DurationMin(millis = 1) Duration backOffMax,
        @DefaultValue("30s") @DurationMin(seconds = 1) Duration sendTimeout,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration shutdownTimeout,
        @DefaultValue("100d") @DurationMin(minutes = 1) Duration eventAgeMax,
        @DefaultValue("10m") @DurationMin Duration eventFutureMax,
        @DefaultValue("1MB") DataSize eventBytesMax,
        @DefaultValue Set<String> trustedSources,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration rateCardRefresh,
        @DefaultValue("5s") @DurationMin(millis = 100) Duration dailyTotalsInterval)
        implements ConsumerSettings {

    /** The most bytes a size may have: Kafka counts them in an int. */
    private static final DataSize SIZE_MAX = DataSize.ofBytes(Integer.MAX_VALUE);

    /** Refuses sizes that nothing fits, and those that Kafka can't count. */
    @AssertTrue(message = "sizes are between 1B and 2GB") boolean isSizesInRange() {
        return Stream.of(pollBytesMax, fetchMax, partitionFetchMax, eventBytesMax)
                .allMatch(size -> size.toBytes() > 0 && size.compareTo(SIZE_MAX) <= 0);
    }

    /** Refuses what would leave the group for ever: a wait that outlasts the time it grants between polls. */
    @AssertTrue(message = "back-off-initial <= back-off-max, and back-off-max + 3 * send-timeout < poll-interval-max") boolean isWithinPollInterval() {
        return keepsItsPlaceWaiting(sendTimeout.multipliedBy(3));
    }
}
