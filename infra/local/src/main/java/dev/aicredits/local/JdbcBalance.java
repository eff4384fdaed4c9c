package dev.aicredits.local;

import dev.aicredits.money.Usd;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an organization's balance is now. */
final class JdbcBalance {
    private static final String BALANCE = """
            SELECT balance_nanos FROM organization_statement WHERE organization_id = :organization
            """;

    private final JdbcClient jdbc;
    private final String organizationId;

    JdbcBalance(DataSource dataSource, String organizationId) {
        this.jdbc = JdbcClient.create(dataSource);
        this.organizationId = organizationId;
    }

    Usd read() {
        return Usd.ofNanos(jdbc.sql(BALANCE)
                .param("organization", organizationId)
                .query(Long.class)
                .single());
    }
}
