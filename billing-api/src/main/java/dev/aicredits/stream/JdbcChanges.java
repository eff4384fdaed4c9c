package dev.aicredits.stream;

import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where organizations stand: one query for all that are listened to. */
final class JdbcChanges {

    /** An organization's balance. */
    record BalanceRow(long organizationId, long balanceNanos, long entrySeq) {}

    /** The last decision about a target; an odd version is a stop. */
    record DecisionRow(
            long organizationId,
            long agentKey,
            long externalUserKey,
            @Nullable String agentId,
            @Nullable String externalUserId,
            long version) {}

    private final JdbcClient jdbc;

    JdbcChanges(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    List<BalanceRow> balances(Collection<Long> organizationKeys) {
        return jdbc.sql("""
                        SELECT organization_id, balance_nanos, entry_seq FROM organization_balance
                         WHERE organization_id IN (:organizations)
                        """)
                .param("organizations", organizationKeys)
                .query(BalanceRow.class)
                .list();
    }

    List<DecisionRow> decisions(Collection<Long> organizationKeys) {
        return jdbc.sql("""
                        SELECT e.organization_id, e.agent_id AS agent_key, e.external_user_id AS external_user_key,
                               a.public_id AS agent_id, u.public_id AS external_user_id, e.version
                          FROM enforcement e
                          LEFT JOIN agent a ON a.organization_id = e.organization_id AND a.agent_id = e.agent_id
                          LEFT JOIN external_user u ON u.organization_id = e.organization_id
                                                   AND u.external_user_id = e.external_user_id
                         WHERE e.organization_id IN (:organizations) AND e.version > 0
                         ORDER BY e.organization_id, e.agent_id, e.external_user_id
                        """)
                .param("organizations", organizationKeys)
                .query(DecisionRow.class)
                .list();
    }
}
