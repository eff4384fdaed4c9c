package dev.aicredits.operations;

import dev.aicredits.ledger.AuditFinding;
import dev.aicredits.ledger.AuditRound;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcAudit.Part;
import dev.aicredits.ledger.JdbcAuditRounds;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audits the ledger in the background, some organizations at a time, round after round. The round is all processes': who looks
 * does its next part, so a process that starts goes on where another ended, and several share the work. A part that fails
 * is tried again. Alert on any {@code aicredits.audit.differences}: each is logged.
 */
final class AuditWatch {

    private static final Logger log = LoggerFactory.getLogger(AuditWatch.class);
    private static final int LOGGED_MAX = 20;
    private static final double MS_PER_SECOND = 1e3;

    private final JdbcAudit audit;
    private final JdbcAuditRounds rounds;
    private final int organizationsMax;
    private final int entriesMax;
    private final Clock clock;
    private final Counter organizations;
    private final Counter failures;
    private volatile @Nullable AuditRound known;

    AuditWatch(
            JdbcAudit audit, JdbcAuditRounds rounds, OperationsSettings settings, MeterRegistry registry, Clock clock) {
        this.audit = audit;
        this.rounds = rounds;
        this.organizationsMax = settings.auditOrganizationsMax();
        this.entriesMax = settings.auditEntriesMax();
        this.clock = clock;
        organizations = Counter.builder("aicredits.audit.organizations")
                .description("Organizations that were audited, once in each round")
                .register(registry);
        failures = Counter.builder("aicredits.audit.failures")
                .description("Parts of the audit that failed and will be tried again")
                .register(registry);
        Gauge.builder("aicredits.audit.differences", this::differences)
                .description("Differences that the round under way or the one before has found")
                .register(registry);
        Gauge.builder("aicredits.audit.round.age", this::secondsSinceRound)
                .description("How long ago a round came to its end; since there are rounds if none did")
                .baseUnit("seconds")
                .register(registry);
    }

    /** Does the next part, unless another process is at it. */
    synchronized void look() {
        try {
            AuditRound round = rounds.read();
            known = round;
            audit.runPart(round.lastKey(), organizationsMax, entriesMax).ifPresent(part -> keep(part, round));
        } catch (RuntimeException e) {
            failures.increment();
            throw e;
        }
    }

    private void keep(Part part, AuditRound round) {
        AuditRound after = round.after(part, clock.instant());
        if (!rounds.advance(after)) {
            // Another has done this part, and told what it found.
            return;
        }
        part.findings().stream().limit(LOGGED_MAX).forEach(AuditWatch::tell);
        organizations.increment(part.organizations());
        known = after;
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

    private double differences() {
        AuditRound round = known;
        return round == null ? Double.NaN : round.differences();
    }

    private double secondsSinceRound() {
        AuditRound round = known;
        return round == null
                ? Double.NaN
                : Duration.between(round.doneAt(), clock.instant()).toMillis() / MS_PER_SECOND;
    }
}
