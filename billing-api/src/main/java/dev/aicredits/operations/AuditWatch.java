package dev.aicredits.operations;

import dev.aicredits.ledger.AuditFinding;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcAudit.Part;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audits the ledger in the background, some organizations at a time, round after round. A part that fails is tried again
 * where it failed; a process that starts begins a round. Alert on any {@code aicredits.audit.differences}: each is logged.
 */
final class AuditWatch {

    private static final Logger log = LoggerFactory.getLogger(AuditWatch.class);
    private static final int LOGGED_MAX = 20;
    private static final double MS_PER_SECOND = 1e3;

    private final JdbcAudit audit;
    private final int organizationsMax;
    private final int entriesMax;
    private final Clock clock;
    private final Counter organizations;
    private final Counter failures;
    private long lastKey = JdbcAudit.START;
    private volatile long found;
    private volatile long foundBefore;
    private volatile Instant roundDoneAt;

    AuditWatch(JdbcAudit audit, OperationsSettings settings, MeterRegistry registry, Clock clock) {
        this.audit = audit;
        this.organizationsMax = settings.auditOrganizationsMax();
        this.entriesMax = settings.auditEntriesMax();
        this.clock = clock;
        this.roundDoneAt = clock.instant();
        organizations = Counter.builder("aicredits.audit.organizations")
                .description("Organizations that were audited, once in each round")
                .register(registry);
        failures = Counter.builder("aicredits.audit.failures")
                .description("Parts of the audit that failed and will be tried again")
                .register(registry);
        Gauge.builder("aicredits.audit.differences", () -> Math.max(found, foundBefore))
                .description("Differences that the round under way or the one before has found")
                .register(registry);
        Gauge.builder("aicredits.audit.round.age", this::secondsSinceRound)
                .description("How long ago a round came to its end; since the start if none did")
                .baseUnit("seconds")
                .register(registry);
    }

    /** Audits the next part, unless another process is auditing one. */
    synchronized void look() {
        try {
            audit.runPart(lastKey, organizationsMax, entriesMax).ifPresent(this::note);
        } catch (RuntimeException e) {
            failures.increment();
            throw e;
        }
    }

    private void note(Part part) {
        part.findings().stream().limit(LOGGED_MAX).forEach(AuditWatch::tell);
        long all = found + part.findings().size();
        found = all;
        organizations.increment(part.organizations());
        lastKey = part.lastKey();
        if (part.isLast()) {
            foundBefore = all;
            found = 0;
            lastKey = JdbcAudit.START;
            roundDoneAt = clock.instant();
        }
    }

    private static void tell(AuditFinding finding) {
        log.atError()
                .addKeyValue("kind", finding.kind().name())
                .addKeyValue("organization", finding.organizationId())
                .addKeyValue("subject", finding.subject())
                .addKeyValue("expected", finding.expected())
                .addKeyValue("found", finding.found())
                .log("the ledger differs from its entries");
    }

    private double secondsSinceRound() {
        return Duration.between(roundDoneAt, clock.instant()).toMillis() / MS_PER_SECOND;
    }
}
