package dev.aicredits.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.Member.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which grants roles have, against the table of the README. */
class RoleGrantsTest {

    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| (`[a-z_`, ]+`)[^|]*\\| (yes|no) \\| (yes|no) \\| (yes|no) \\| (yes|no) \\| (yes|no) \\|$");
    private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");
    private static final List<Role> COLUMNS = List.of(Role.OWNER, Role.ADMIN, Role.DEVELOPER, Role.VIEWER);
    private static final int OPERATOR_COLUMN = 6;
    private static final Set<Grant> EVERYBODYS = EnumSet.of(Grant.PUBLIC, Grant.SIGNED_IN);

    @Test
    void theReadmesTableIsWhatRolesHave() throws IOException {
        Map<String, List<String>> documented = new TreeMap<>();
        ROW.matcher(Files.readString(Path.of("README.md"))).results().forEach(row -> NAME.matcher(row.group(1))
                .results()
                .forEach(name -> documented.put(name.group(1), answers(row))));

        Map<String, List<String>> expected = new TreeMap<>();
        for (Grant grant : Grant.values()) {
            List<String> answers = new ArrayList<>();
            COLUMNS.forEach(role -> answers.add(has(grant, RoleGrants.of(role))));
            answers.add(has(grant, RoleGrants.ofOperator()));
            expected.put(grant.key(), answers);
        }
        assertThat(documented).isEqualTo(expected);
    }

    private static List<String> answers(MatchResult row) {
        List<String> answers = new ArrayList<>();
        for (int column = 2; column <= OPERATOR_COLUMN; column++) {
            answers.add(row.group(column));
        }
        return answers;
    }

    private static String has(Grant grant, Set<Grant> grants) {
        return EVERYBODYS.contains(grant) || grants.contains(grant) ? "yes" : "no";
    }

    @Test
    void noRoleOfAnOrganizationMayOperate() {
        assertThat(Arrays.stream(Role.values()).map(RoleGrants::of))
                .noneMatch(grants -> grants.contains(Grant.OPERATE));
    }

    @Test
    void onlyAnOwnerGivesAnOwnersRole() {
        for (Role role : Role.values()) {
            for (Role given : Role.values()) {
                boolean may = role == Role.OWNER || (role == Role.ADMIN && given != Role.OWNER);
                assertThat(RoleGrants.mayGive(role, given))
                        .as(role + " " + given)
                        .isEqualTo(may);
            }
        }
    }
}
