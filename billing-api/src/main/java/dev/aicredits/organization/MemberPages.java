package dev.aicredits.organization;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.RoleGrants;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.organization.MemberController.MemberChange;
import dev.aicredits.pages.Outcome;
import dev.aicredits.pages.Page;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Members: who they are, and what each may do. */
@Page
@RequestMapping("/settings/{organizationId}/members")
class MemberPages {

    private final MemberController members;

    MemberPages(MemberController members) {
        this.members = members;
    }

    @Requires(Grant.MEMBERS_MANAGE)
    @GetMapping
    String list(Access access, Model model) {
        model.addAttribute("organizationId", access.organizationId());
        model.addAttribute("members", members.list(access));
        model.addAttribute("own", access.caller().principalId());
        model.addAttribute("roles", rolesToGive(access));
        return "members";
    }

    private static List<String> rolesToGive(Access access) {
        Role own = access.role();
        return Arrays.stream(Role.values())
                .filter(role -> own != null && RoleGrants.mayGive(own, role))
                .map(Role::key)
                .toList();
    }

    @Requires(Grant.MEMBERS_MANAGE)
    @PostMapping("/role")
    ResponseEntity<Void> change(
            Access access, @RequestParam String principalId, @RequestParam String roleKey, HttpServletRequest request) {
        members.change(access, principalId, new MemberChange(roleKey, null));
        return Outcome.done(request, page(access), "The role is changed.");
    }

    @Requires(Grant.MEMBERS_MANAGE)
    @PostMapping("/removal")
    ResponseEntity<Void> remove(Access access, @RequestParam String principalId, HttpServletRequest request) {
        members.remove(access, principalId);
        return Outcome.done(request, page(access), "The member is removed.");
    }

    private static String page(Access access) {
        return "/settings/" + access.organizationId() + "/members";
    }
}
