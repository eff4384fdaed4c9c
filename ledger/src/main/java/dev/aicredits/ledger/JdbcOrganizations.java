package dev.aicredits.ledger;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Opens organizations: each with a balance of nothing, from which its ledger counts. */
public final class JdbcOrganizations {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;

    /** Works on {@code dataSource} as the application's role. */
    public JdbcOrganizations(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.clock = clock;
    }

    /** Opens an organization; one that exists stays as it is. */
    public void open(String organizationId, String name) {
        transaction.executeWithoutResult(status -> {
            jdbc.sql("INSERT INTO organization (public_id, name) VALUES (:id, :name) ON CONFLICT DO NOTHING")
                    .param("id", organizationId)
                    .param("name", name)
                    .update();
            jdbc.sql("""
                    INSERT INTO organization_balance (organization_id, balance_nanos, entry_seq, updated_at)
                    SELECT organization_id, 0, 0, :now FROM organization WHERE public_id = :id
                    ON CONFLICT DO NOTHING
                    """)
                    .param("id", organizationId)
                    .param("now", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                    .update();
        });
    }
}
