package dev.aicredits.stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.aicredits.money.Usd;
import dev.aicredits.stream.JdbcChanges.BalanceRow;
import dev.aicredits.stream.JdbcChanges.DecisionRow;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What is pushed: an event's name and its data. */
sealed interface StreamEvent {

    String name();

    /** The balance after the newest entry. */
    record Balance(BigDecimal balanceUsd, long entrySeq) implements StreamEvent {
        static Balance of(BalanceRow row) {
            return new Balance(Usd.ofNanos(row.balanceNanos()).toDecimal(), row.entrySeq());
        }

        @Override
        public String name() {
            return "balance";
        }
    }

    /** All stops in force, so many, have been told: whoever was not named among them may run. */
    record Begin(long stops) implements StreamEvent {
        @Override
        public String name() {
            return "begin";
        }
    }

    /** Someone may not run any more, or may again. {@code version} grows with each decision about the target. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Decision(
            String scope,
            @Nullable String agentId,
            @Nullable String externalUserId,
            long version,
            String signal) implements StreamEvent {

        static Decision of(DecisionRow row) {
            return new Decision(
                    scope(row),
                    row.agentId(),
                    row.externalUserId(),
                    row.version(),
                    row.version() % 2 == 1 ? "stop" : "resume");
        }

        private static String scope(DecisionRow row) {
            if (row.agentKey() == 0) {
                return "organization";
            }
            if (row.externalUserKey() == 0) {
                return "agent";
            }
            return row.externalUserKey() < 0 ? "anonymous" : "external_user";
        }

        @Override
        public String name() {
            return signal;
        }
    }
}
