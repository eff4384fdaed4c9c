package dev.aicredits.enforcer;

import dev.aicredits.budget.AlertPercents;
import dev.aicredits.control.BudgetAlert;
import dev.aicredits.control.ControlAck;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.messaging.ConsumerSettings;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Every setting of the budget enforcer, {@code aicredits.budget-enforcer.*}; an unknown one keeps it from starting.
 *
 * @param topic changes of ledger and budgets in
 * @param deadLetterTopic those that could not be used
 * @param controlTopic stop and resume signals out
 * @param alertTopic alerts out
 * @param ackTopic the platform's acknowledgements in
 * @param ackDeadLetterTopic those that could not be used
 * @param groupId the consumer group; that of the acknowledgements has {@code -acks} behind it
 * @param groupProtocol Kafka's group protocol: {@code classic}, or {@code consumer} (KIP-848, brokers from 4.0)
 * @param concurrency threads that read changes; more than the topic's partitions are idle
 * @param pollRecordsMax the most changes that are looked at together
 * @param pollIntervalMax how long that may take before the group gives the partitions to another
 * @param backOffInitial the wait before what failed is tried again
 * @param backOffMax what that wait, doubled each time, grows to; there is no last try
 * @param sendTimeout how long a signal may take to be acknowledged by the broker; the database's {@code
 *     idle_in_transaction_session_timeout} has to be longer, since a decision is locked meanwhile
 * @param shutdownTimeout how long a stop waits for what is under way
 * @param sweepInterval how often to look for organizations that are behind, and to tell alerts; a lost change costs two
 *     of these
 * @param coverInterval how often to look at changed organizations that another process has: one that dies and whose
 *     partitions are not given away yet delays a stop by two of these
 * @param wholeSweepInterval how often to look at every organization, changed or not
 * @param alertPercents the parts of a limit, in percent, at which to tell
 * @param acknowledgements whether the platform's answers are waited for by metrics and alarms
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.budget-enforcer", ignoreUnknownFields = false)
public record EnforcerSettings(
        @DefaultValue(LedgerChange.TOPIC) @NotBlank String topic,
        @DefaultValue(LedgerChange.TOPIC + "-dlt") @NotBlank String deadLetterTopic,
        @DefaultValue(ControlSignal.TOPIC) @NotBlank String controlTopic,
        @DefaultValue(BudgetAlert.TOPIC) @NotBlank String alertTopic,
        @DefaultValue(ControlAck.TOPIC) @NotBlank String ackTopic,
        @DefaultValue(ControlAck.TOPIC + "-dlt") @NotBlank String ackDeadLetterTopic,
        @DefaultValue("budget-enforcer") @NotBlank String groupId,

        @DefaultValue("classic") @Pattern(regexp = "consumer|classic") String groupProtocol,

        @DefaultValue("2") @Min(1) @Max(256) int concurrency,
        @DefaultValue("2000") @Min(1) @Max(100_000) int pollRecordsMax,
        @DefaultValue("5m") @DurationMin(seconds = 1) Duration pollIntervalMax,
        @DefaultValue("200ms") @DurationMin(millis = 1) Duration backOffInitial,
        @DefaultValue("2s") @DurationMin(millis = 1) Duration backOffMax,
        @DefaultValue("5s") @DurationMin(seconds = 1) Duration sendTimeout,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration shutdownTimeout,
        @DefaultValue("500ms") @DurationMin(millis = 10) Duration sweepInterval,
        @DefaultValue("5s") @DurationMin(millis = 10) Duration coverInterval,
        @DefaultValue("1m") @DurationMin(millis = 10) Duration wholeSweepInterval,
        @DefaultValue({"50", "80", "100"}) List<@Min(1) @Max(100) Integer> alertPercents,
        @DefaultValue("expected") Acknowledgements acknowledgements)
        implements ConsumerSettings {

    /** Whether a stop that the platform has not acknowledged is one that it may not have heard. */
    public enum Acknowledgements {
        /** It acknowledges what it obeys: one that it does not, it may not have heard. */
        EXPECTED,
        /** It may, or not: silence means nothing, and none is counted as missing. */
        OPTIONAL
    }

    /** Refuses what would leave the group for ever: a wait that outlasts the time it grants between polls. */
    @AssertTrue(message = "back-off-initial <= back-off-max, and back-off-max + 3 * send-timeout < poll-interval-max") boolean isWithinPollInterval() {
        return keepsItsPlaceWaiting(sendTimeout.multipliedBy(3));
    }

    AlertPercents percents() {
        return new AlertPercents(alertPercents);
    }

    /** How the acknowledgements are read: by one thread, in a group of their own, else as the changes are. */
    ConsumerSettings acks() {
        return new AckSettings(this);
    }

    private record AckSettings(EnforcerSettings all) implements ConsumerSettings {
        @Override
        public String topic() {
            return all.ackTopic();
        }

        @Override
        public String groupId() {
            return all.groupId() + "-acks";
        }

        @Override
        public String groupProtocol() {
            return all.groupProtocol();
        }

        @Override
        public int concurrency() {
            return 1;
        }

        @Override
        public int pollRecordsMax() {
            return all.pollRecordsMax();
        }

        @Override
        public Duration pollIntervalMax() {
            return all.pollIntervalMax();
        }

        @Override
        public Duration backOffInitial() {
            return all.backOffInitial();
        }

        @Override
        public Duration backOffMax() {
            return all.backOffMax();
        }

        @Override
        public Duration shutdownTimeout() {
            return all.shutdownTimeout();
        }
    }
}
