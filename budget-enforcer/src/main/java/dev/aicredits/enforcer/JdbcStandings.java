package dev.aicredits.enforcer;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where every organization's ledger and budgets stand: small rows by which to see what has changed. */
final class JdbcStandings {

    private static final String ALL = """
            SELECT o.public_id, b.entry_seq, coalesce(r.revision, 0) AS revision, p.organization_id IS NOT NULL AS pending
              FROM organization o
              JOIN organization_balance b ON b.organization_id = o.organization_id
              LEFT JOIN budget_revision r ON r.organization_id = o.organization_id
              LEFT JOIN (SELECT DISTINCT organization_id FROM enforcement WHERE published_version < version) p
                ON p.organization_id = o.organization_id
            """;

    /**
     * One organization's.
     *
     * @param entrySeq its last ledger entry
     * @param revision how often its budgets have changed
     * @param pending whether it has a decision that is not published
     */
    record Standing(String organizationId, long entrySeq, long revision, boolean pending) {}

    private final JdbcClient jdbc;

    JdbcStandings(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    List<Standing> all() {
        return jdbc.sql(ALL)
                .query((row, number) ->
                        new Standing(row.getString(1), row.getLong(2), row.getLong(3), row.getBoolean(4)))
                .list();
    }
}
