package dev.aicredits.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aicredits.api.ApiSystem;
import dev.aicredits.ledger.JdbcAudit;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** The audit in the background: what it finds is told until a whole round finds it no more. */
class AuditWatchTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
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
            await().atMost(PATIENCE).until(() -> differencesAfterLook(watch) == 1);
        } finally {
            SYSTEM.superuser().sql(MOVE.formatted(-7, organization)).update();
        }

        await().atMost(PATIENCE).until(() -> differencesAfterLook(watch) == 0);
        assertThat(registry.get("aicredits.audit.organizations").counter().count())
                .isPositive();
        assertThat(registry.get("aicredits.audit.round.age").gauge().value()).isBetween(0.0, 60.0);
    }

    @Test
    void aPartThatFailsIsCounted() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://127.0.0.1:1/none");
        AuditWatch watch = watch(new JdbcAudit(nowhere));

        assertThatThrownBy(watch::look).isInstanceOfAny(DataAccessException.class, TransactionException.class);
        assertThat(registry.get("aicredits.audit.failures").counter().count()).isOne();
    }

    private double differencesAfterLook(AuditWatch watch) {
        watch.look();
        return registry.get("aicredits.audit.differences").gauge().value();
    }

    private AuditWatch watch(JdbcAudit audit) {
        return new AuditWatch(audit, SYSTEM.bean(OperationsSettings.class), registry, Clock.systemUTC());
    }
}
