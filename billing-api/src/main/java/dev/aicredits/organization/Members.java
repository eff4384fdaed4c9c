package dev.aicredits.organization;

import dev.aicredits.access.Access;
import dev.aicredits.access.RoleGrants;
import dev.aicredits.audit.AuditRecord;
import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.audit.JdbcAuditLog;
import dev.aicredits.ledger.Member;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import java.util.Map;

/** Changes of members: only an owner makes or unmakes an owner, and one owner stays. */
final class Members {

    private final JdbcMembers members;
    private final AuditedChanges changes;

    Members(JdbcMembers members, AuditedChanges changes) {
        this.members = members;
        this.changes = changes;
    }

    /** Gives a member a role; the role they have is no change. */
    Member setRole(Access access, String principalId, Role role) {
        return changes.run(log -> {
            Member before = locked(access, principalId);
            requireMayGive(access, before.role());
            requireMayGive(access, role);
            Member after = new Member(before.principalId(), before.displayName(), before.email(), role);
            if (before.role() != role) {
                requireOwnerLeft(access, before);
                members.setRole(access.organizationKey(), principalId, role);
                log(log, access, "member_role_changed", principalId, roleOf(before), roleOf(after));
            }
            return after;
        });
    }

    /** Removes a member. */
    void remove(Access access, String principalId) {
        changes.run(log -> {
            Member before = locked(access, principalId);
            requireMayGive(access, before.role());
            requireOwnerLeft(access, before);
            members.remove(access.organizationKey(), principalId);
            log(log, access, "member_removed", principalId, roleOf(before), Map.of());
            return before;
        });
    }

    private Member locked(Access access, String principalId) {
        members.lock(access.organizationKey());
        return members.one(access.organizationKey(), principalId)
                .orElseThrow(() -> new ProblemException(MemberProblem.MEMBER_NOT_FOUND));
    }

    private static void requireMayGive(Access access, Role role) {
        Role own = access.role();
        if (own == null) {
            throw new ProblemException(CommonProblem.FORBIDDEN);
        }
        if (!RoleGrants.mayGive(own, role)) {
            throw new ProblemException(MemberProblem.OWNER_REQUIRED);
        }
    }

    private void requireOwnerLeft(Access access, Member leaving) {
        if (leaving.role() == Role.OWNER && members.owners(access.organizationKey()) == 1) {
            throw new ProblemException(MemberProblem.LAST_OWNER);
        }
    }

    private static Map<String, String> roleOf(Member member) {
        return Map.of("roleKey", member.role().key());
    }

    private static void log(
            JdbcAuditLog log,
            Access access,
            String action,
            String principalId,
            Map<String, String> before,
            Map<String, String> after) {
        log.add(new AuditRecord(
                access.organizationKey(), access.actor(), access.origin(), action, principalId, null, before, after));
    }
}
