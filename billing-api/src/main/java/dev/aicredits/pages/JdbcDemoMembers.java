package dev.aicredits.pages;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who can be chosen at the demo's sign-in: members of organizations, and operators. */
final class JdbcDemoMembers {

    /** A person, with what they are. */
    record Person(String principalId, String displayName, String standing) {}

    private static final int LISTED_MAX = 50;

    private final JdbcClient jdbc;

    JdbcDemoMembers(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    List<Person> all() {
        return jdbc.sql("""
                        SELECT principal_id, min(display_name) AS display_name,
                               string_agg(standing, ', ' ORDER BY place, standing) AS standing
                          FROM (SELECT m.principal_id, m.display_name, m.role_key || ' of ' || o.name AS standing,
                                       1 AS place, m.created_at
                                  FROM member m JOIN organization o USING (organization_id)
                                UNION ALL
                                SELECT principal_id, display_name, 'operator', 2, created_at FROM operator) known
                         GROUP BY principal_id
                         ORDER BY min(created_at), principal_id LIMIT :limit
                        """).param("limit", LISTED_MAX).query(Person.class).list();
    }
}
