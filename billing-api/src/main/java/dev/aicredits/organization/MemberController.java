package dev.aicredits.organization;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.RoleChoice;
import dev.aicredits.ledger.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The people of an organization. */
@RestController
@RequestMapping("/api/v1/organizations/{organizationId}/members")
class MemberController {

    /** A member, as clients see them. */
    record MemberAnswer(String principalId, String displayName, String email, String roleKey) {
        static MemberAnswer of(Member member) {
            return new MemberAnswer(
                    member.principalId(),
                    member.displayName(),
                    member.email(),
                    member.role().key());
        }
    }

    /** Which role a member is to have; {@code role} is the name that some clients use. */
    record MemberChange(@Nullable String roleKey, @Nullable String role) {}

    private final JdbcMembers members;
    private final Members changes;

    MemberController(JdbcMembers members, Members changes) {
        this.members = members;
        this.changes = changes;
    }

    @Requires(Grant.MEMBERS_MANAGE)
    @GetMapping
    List<MemberAnswer> list(Access access) {
        return members.all(access.organizationKey()).stream()
                .map(MemberAnswer::of)
                .toList();
    }

    @Requires(Grant.MEMBERS_MANAGE)
    @PatchMapping("/{principalId}")
    MemberAnswer change(Access access, @PathVariable String principalId, @RequestBody MemberChange change) {
        return MemberAnswer.of(changes.setRole(access, principalId, RoleChoice.of(change.roleKey(), change.role())));
    }

    @Requires(Grant.MEMBERS_MANAGE)
    @DeleteMapping("/{principalId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Access access, @PathVariable String principalId) {
        changes.remove(access, principalId);
    }
}
