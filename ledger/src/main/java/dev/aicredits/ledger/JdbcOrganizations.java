package dev.aicredits.ledger;

import static dev.aicredits.ledger.JdbcTimes.utc;

import java.time.Clock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Opens organizations, each with a balance of nothing from which its ledger counts, and registers who belongs to them.
 *
 * <p>Every call is safe to repeat. Ids are the text ids of clients.
 */
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
                    .param("now", utc(clock.instant()))
                    .update();
        });
    }

    /** Puts an organization that has no plan of hosted servers on this one; one that has a plan keeps it. */
    public void startOn(String organizationId, String planKey) {
        jdbc.sql("""
                INSERT INTO organization_plan (organization_id, plan_key, updated_at)
                SELECT organization_id, :plan, :now FROM organization WHERE public_id = :id
                ON CONFLICT DO NOTHING
                """)
                .param("plan", planKey)
                .param("now", utc(clock.instant()))
                .param("id", organizationId)
                .update();
    }

    /**
     * Registers an agent, or gives the one that is there this name and model.
     *
     * @return whether the agent is the organization's; nothing changes if it is another one's, or there is no such
     *     organization
     */
    public boolean registerAgent(String organizationId, String agentId, String name, @Nullable String model) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            // The directory row decides whose the agent is: the first organization that claims it.
            jdbc.sql("""
                    INSERT INTO agent_directory (public_id, organization_id)
                    SELECT :agent, organization_id FROM organization WHERE public_id = :organization
                    ON CONFLICT DO NOTHING
                    """)
                    .param("agent", agentId)
                    .param("organization", organizationId)
                    .update();
            return jdbc.sql("""
                            INSERT INTO agent (organization_id, public_id, name, model)
                            SELECT o.organization_id, d.public_id, :name, :model
                              FROM organization o
                              JOIN agent_directory d ON d.organization_id = o.organization_id AND d.public_id = :agent
                             WHERE o.public_id = :organization
                            ON CONFLICT (organization_id, public_id) DO UPDATE
                               SET name = EXCLUDED.name, model = EXCLUDED.model
                            """)
                            .param("agent", agentId)
                            .param("organization", organizationId)
                            .param("name", name)
                            .param("model", model)
                            .update()
                    == 1;
        }));
    }

    /**
     * Registers an external user of the organization's agents, or gives the one that is there this name.
     *
     * @return whether there is such an organization
     */
    public boolean registerExternalUser(String organizationId, String externalUserId, String displayName) {
        return jdbc.sql("""
                        INSERT INTO external_user (organization_id, public_id, display_name)
                        SELECT organization_id, :user, :name FROM organization WHERE public_id = :organization
                        ON CONFLICT (organization_id, public_id) DO UPDATE SET display_name = EXCLUDED.display_name
                        """)
                        .param("organization", organizationId)
                        .param("user", externalUserId)
                        .param("name", displayName)
                        .update()
                == 1;
    }

    /**
     * Adds a member to the organization, or gives the one that is there this name, mail address and role.
     *
     * @return whether there is such an organization
     */
    public boolean addMember(String organizationId, Member member) {
        return jdbc.sql("""
                        INSERT INTO member (organization_id, principal_id, display_name, email, role_key)
                        SELECT organization_id, :principal, :name, :email, :role
                          FROM organization WHERE public_id = :organization
                        ON CONFLICT (organization_id, principal_id) DO UPDATE
                           SET display_name = EXCLUDED.display_name, email = EXCLUDED.email,
                               role_key = EXCLUDED.role_key
                        """)
                        .param("organization", organizationId)
                        .param("principal", member.principalId())
                        .param("name", member.displayName())
                        .param("email", member.email())
                        .param("role", member.role().key())
                        .update()
                == 1;
    }
}
