package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrganizationScopeTest {

    private final OrganizationScope scope = new OrganizationScope(Set.of("ledger_entry", "hold", "agent"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM ledger_entry WHERE organization_id = $1",
                "SELECT * FROM ledger_entry e WHERE e.organization_id = ANY ($1) AND entry_seq < $2",
                "SELECT * FROM unnest($1::bigint[]) n (organization_id) JOIN ledger_entry AS e ON"
                        + " e.organization_id = n.organization_id LEFT JOIN agent a ON a.organization_id = e.organization_id",
                "SELECT * FROM hold h WHERE (h.organization_id, h.hold_id) IN (SELECT * FROM unnest($1, $2))",
                "SELECT * FROM rate JOIN organization o USING (organization_id) JOIN hold USING (organization_id)",
                "INSERT INTO hold (organization_id, hold_id) VALUES ($1, $2)",
                "COPY ledger_entry (organization_id, entry_seq) FROM STDIN (FORMAT binary)",
                "UPDATE hold SET state = 'x' WHERE organization_id = $1 AND hold_id = $2",
                "SELECT version FROM rate_card"
            })
    void whatNamesTheOrganizationIsScoped(String sql) {
        assertThat(scope.unscoped(sql)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM ledger_entry WHERE entry_seq = $1",
                "SELECT organization_id FROM ledger_entry ORDER BY organization_id",
                "SELECT * FROM ledger_entry -- WHERE organization_id = $1",
                "SELECT * FROM ledger_entry WHERE description = 'organization_id = 1'",
                "SELECT * FROM rate r JOIN ledger_entry e ON e.entry_seq = r.version WHERE r.organization_id = $1",
                "INSERT INTO hold (hold_id) SELECT organization_id FROM rate",
                "COPY ledger_entry FROM STDIN",
                "UPDATE hold SET organization_id_old = 1 WHERE hold_id = $1",
                "DELETE FROM hold WHERE hold_id = $1"
            })
    void whatDoesNotIsFound(String sql) {
        assertThat(scope.unscoped(sql)).hasSize(1);
    }

    @Test
    void oneComparisonIsForOneTable() {
        assertThat(scope.unscoped("SELECT (SELECT max(entry_seq) FROM ledger_entry), h.* FROM hold h"
                        + " WHERE organization_id = $1"))
                .containsExactly("hold");
    }
}
