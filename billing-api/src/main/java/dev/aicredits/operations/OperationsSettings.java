package dev.aicredits.operations;

import dev.aicredits.messaging.DeadLetter;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of what operators do, {@code aicredits.api.operations.*}; an unknown one keeps the process from starting.
 *
 * @param topics the topics that are ours; those whose name ends with {@code -dlt} keep dead letters
 * @param brokerTimeout how long the broker may take for an answer
 * @param listedBytesMax how much of a value, key or header a list shows
 * @param shownBytesMax how much of a value is shown of one letter
 * @param scanRecordsMax how many letters one call looks at
 * @param scanTimeMax how long one call looks
 * @param replayRecordsMax how many letters one call replays
 * @param replayBytesMax how many bytes they have at most, all together
 * @param topicWatchInterval the wait between two looks at how the topics stand, for the metrics; zero: none
 * @param auditInterval the wait between two parts of the audit in the background; zero: none
 * @param auditOrganizationsMax the most organizations of one part
 * @param auditEntriesMax the most entries that they have together; one organization with more is a part by itself
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.api.operations", ignoreUnknownFields = false)
public record OperationsSettings(
        @DefaultValue({
            "agent.usage.v1",
            "agent.usage.v1-dlt",
            "billing.ledger.v1",
            "billing.ledger.v1-dlt",
            "agent.control.v1",
            "agent.control-acks.v1",
            "agent.control-acks.v1-dlt",
            "billing.alerts.v1",
            "stripe.events.v1",
            "stripe.events.v1-dlt"
        })
        @NotEmpty List<String> topics,

        @DefaultValue("5s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration brokerTimeout,

        @DefaultValue("512B") DataSize listedBytesMax,
        @DefaultValue("64KB") DataSize shownBytesMax,
        @DefaultValue("50000") @Min(1) @Max(1_000_000) int scanRecordsMax,

        @DefaultValue("5s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration scanTimeMax,

        @DefaultValue("1000") @Min(1) @Max(10_000) int replayRecordsMax,
        @DefaultValue("16MB") DataSize replayBytesMax,

        @DefaultValue("10s") @DurationMin(millis = 0) @DurationMax(hours = 1)
        Duration topicWatchInterval,

        @DefaultValue("10s") @DurationMin(millis = 0) @DurationMax(hours = 1)
        Duration auditInterval,

        @DefaultValue("200") @Min(1) @Max(10_000) int auditOrganizationsMax,
        @DefaultValue("50000") @Min(1) @Max(10_000_000) int auditEntriesMax) {

    /** Those that keep dead letters, by name. */
    List<String> deadLetterTopics() {
        return topics.stream().filter(DeadLetter::isTopic).sorted().toList();
    }
}
