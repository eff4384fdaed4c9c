package dev.aicredits.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.api.ApiSystem;
import dev.aicredits.ledger.AuditRound;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcAuditRounds;
import dev.aicredits.testkit.Patience;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.dao.DataAccessException;

/** The audit in the background: what it finds is told until a whole round finds it no more. */
class AuditWatchTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final JdbcAuditRounds ROUNDS = new JdbcAuditRounds(SYSTEM.app());
    private static final String MOVE =
            "UPDATE organization_balance SET balance_nanos = balance_nanos + %d WHERE organization_id ="
                    + " (SELECT organization_id FROM organization WHERE public_id = '%s')";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void aDifferenceIsToldUntilARoundIsWithoutIt() {
        String organization = SYSTEM.organization().id();
        AuditWatch watch = watch(new JdbcAudit(SYSTEM.app()));
        SYSTEM.superuser().sql(MOVE.formatted(7, organization)).update();
        try {
            Patience.awaitTrue("it is told", () -> differencesAfterLook(watch) == 1);
        } finally {
            SYSTEM.superuser().sql(MOVE.formatted(-7, organization)).update();
        }

        Patience.awaitTrue("it is told no more", () -> differencesAfterLook(watch) == 0);
        assertThat(registry.get("aicredits.audit.organizations").counter().count())
                .isPositive();
        assertThat(registry.get("aicredits.audit.round.age").gauge().value()).isBetween(0.0, 60.0);
    }

    @Test
    void aRestartGoesOnWhereTheLastProcessEndedAndKnowsWhenARoundDid() {
        SYSTEM.organization();
        SYSTEM.organization();
        finishRound();
        AuditRound begin = ROUNDS.read();

        // A process that ends after each part, and one that comes back an hour later.
        long audited = 0;
        for (AuditRound now = begin; now.doneAt().equals(begin.doneAt()); now = ROUNDS.read()) {
            SimpleMeterRegistry ofProcess = new SimpleMeterRegistry();
            oneByOne(ofProcess, Clock.systemUTC()).look();
            audited += organizations(ofProcess);
        }
        oneByOne(registry, Clock.offset(Clock.systemUTC(), Duration.ofHours(1))).look();

        assertThat(audited).as("each once").isEqualTo(allOrganizations());
        assertThat(ROUNDS.read().parts()).isEqualTo(begin.parts() + allOrganizations() + 1);
        assertThat(age(registry)).isBetween(3_600.0, 3_700.0);
    }

    @Test
    void severalProcessesShareARound() {
        SYSTEM.organization();
        SYSTEM.organization();
        finishRound();
        AuditRound begin = ROUNDS.read();
        SimpleMeterRegistry another = new SimpleMeterRegistry();
        AuditWatch first = oneByOne(registry, Clock.systemUTC());
        AuditWatch second = oneByOne(another, Clock.systemUTC());

        for (AuditRound now = begin; now.doneAt().equals(begin.doneAt()); now = ROUNDS.read()) {
            (now.parts() % 2 == 0 ? first : second).look();
        }

        assertThat(organizations(registry) + organizations(another)).isEqualTo(allOrganizations());
        assertThat(organizations(registry)).isPositive();
        assertThat(organizations(another)).isPositive();
    }

    @Test
    void ofTwoThatDidTheSamePartOneIsCounted() {
        AuditRound round = ROUNDS.read();
        AuditRound after = round.after(new JdbcAudit.Part(List.of(), 1, 1, true), Instant.now());

        assertThat(ROUNDS.advance(after)).isTrue();
        assertThat(ROUNDS.advance(after)).isFalse();
        assertThat(ROUNDS.read().parts()).isEqualTo(round.parts() + 1);
    }

    @Test
    void whatTheDatabaseHasNotToldYetIsNotKnown() {
        watch(new JdbcAudit(SYSTEM.app()));

        assertThat(age(registry)).isNaN();
        assertThat(registry.get("aicredits.audit.differences").gauge().value()).isNaN();
    }

    private static void finishRound() {
        AuditWatch watch = oneByOne(new SimpleMeterRegistry(), Clock.systemUTC());
        while (ROUNDS.read().lastKey() != JdbcAudit.START) {
            watch.look();
        }
    }

    private static long allOrganizations() {
        return SYSTEM.superuser()
                .sql("SELECT count(*) FROM organization")
                .query(Long.class)
                .single();
    }

    private static long organizations(SimpleMeterRegistry of) {
        return (long) of.get("aicredits.audit.organizations").counter().count();
    }

    private static double age(SimpleMeterRegistry of) {
        return of.get("aicredits.audit.round.age").gauge().value();
    }

    /** A process that audits one organization at each look. */
    private static AuditWatch oneByOne(SimpleMeterRegistry of, Clock clock) {
        OperationsSettings usual = SYSTEM.bean(OperationsSettings.class);
        OperationsSettings settings = new OperationsSettings(
                usual.topics(),
                usual.brokerTimeout(),
                usual.listedBytesMax(),
                usual.shownBytesMax(),
                usual.scanRecordsMax(),
                usual.scanTimeMax(),
                usual.replayRecordsMax(),
                usual.replayBytesMax(),
                usual.topicWatchInterval(),
                usual.auditInterval(),
                1,
                usual.auditEntriesMax());
        return new AuditWatch(new JdbcAudit(SYSTEM.app()), ROUNDS, settings, of, clock);
    }

    @Test
    void aPartThatFailsIsCounted() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://127.0.0.1:1/none");
        AuditWatch watch = new AuditWatch(
                new JdbcAudit(nowhere),
                new JdbcAuditRounds(nowhere),
                SYSTEM.bean(OperationsSettings.class),
                registry,
                Clock.systemUTC());

        assertThatThrownBy(watch::look).isInstanceOf(DataAccessException.class);
        assertThat(registry.get("aicredits.audit.failures").counter().count()).isOne();
    }

    private double differencesAfterLook(AuditWatch watch) {
        watch.look();
        return registry.get("aicredits.audit.differences").gauge().value();
    }

    private AuditWatch watch(JdbcAudit audit) {
        return new AuditWatch(audit, ROUNDS, SYSTEM.bean(OperationsSettings.class), registry, Clock.systemUTC());
    }
}
