package dev.aicredits.enforcer;

import dev.aicredits.messaging.BillingHint;
import dev.aicredits.messaging.BillingHint.Moved;
import dev.aicredits.messaging.Failures;
import dev.aicredits.tracing.BatchTrace;
import dev.aicredits.tracing.Traces;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.BatchMessageListener;

/** Takes what changed in ledger and budgets to the enforcer, a poll at a time: what moved twice is looked at once. */
final class HintListener implements BatchMessageListener<byte[], byte[]> {

    private final Enforcer enforcer;
    private final Margins margins;
    private final Progress progress;
    private final HintDelay delay;
    private final DeadLetters deadLetters;
    private final EnforcerMetrics metrics;
    private final Traces traces;

    HintListener(
            Enforcer enforcer,
            Margins margins,
            Progress progress,
            HintDelay delay,
            DeadLetters deadLetters,
            EnforcerMetrics metrics,
            Traces traces) {
        this.enforcer = enforcer;
        this.margins = margins;
        this.progress = progress;
        this.delay = delay;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
        this.traces = traces;
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], byte[]>> records) {
        long sentAtMs =
                records.stream().mapToLong(ConsumerRecord::timestamp).min().orElseThrow();
        delay.during(sentAtMs, () -> {
            try (BatchTrace trace = traces.batch(records)) {
                follow(records, trace);
            }
        });
    }

    private void follow(List<ConsumerRecord<byte[], byte[]>> records, BatchTrace trace) {
        try {
            List<BillingHint> hints = new ArrayList<>(records.size());
            deadLetters.readAll(records, record -> hints.add(BillingHint.read(record)));
            List<Moved> moved = new ArrayList<>();
            Set<String> budgets = new HashSet<>();
            Map<String, Long> producedAtMs = new HashMap<>();
            for (BillingHint hint : hints) {
                moved.addAll(hint.moved());
                if (hint.revision() != null) {
                    margins.budgetsAt(hint.organizationId(), hint.revision());
                    budgets.add(hint.organizationId());
                }
                if (hint.producedAtMs() != null) {
                    producedAtMs.merge(hint.organizationId(), hint.producedAtMs(), Math::min);
                }
            }
            enforcer.enforce(moved, producedAtMs);
            if (!budgets.isEmpty()) {
                enforcer.enforceAll(budgets);
            }
            hints.forEach(progress::follow);
        } catch (RuntimeException e) {
            metrics.failed();
            trace.failed(Failures.describe(e));
            throw Failures.classified(e);
        }
    }
}
