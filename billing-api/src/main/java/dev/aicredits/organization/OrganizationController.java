package dev.aicredits.organization;

import dev.aicredits.access.Access;
import dev.aicredits.access.Caller;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.SignedIn;
import dev.aicredits.organization.JdbcOrganizationList.Name;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Which organizations a caller belongs to, and who the caller is. */
@RestController
@RequestMapping("/api/v1")
class OrganizationController {

    /**
     * Who the caller is.
     *
     * @param kind {@code user}, {@code service_account} or {@code operator}
     * @param organization their default one
     */
    record WhoAmI(
            String principalId,
            String kind,
            @Nullable String displayName,
            @Nullable String email,
            boolean operator,
            @Nullable OrganizationAnswer organization,
            List<OrganizationAnswer> organizations) {}

    private final JdbcOrganizationList organizations;

    OrganizationController(JdbcOrganizationList organizations) {
        this.organizations = organizations;
    }

    @Requires(Grant.SIGNED_IN)
    @GetMapping("/organizations")
    List<OrganizationAnswer> list(SignedIn signedIn) {
        return organizations.of(signedIn.caller()).stream()
                .map(OrganizationAnswer::of)
                .toList();
    }

    @Requires(Grant.ORGANIZATION_VIEW)
    @GetMapping("/organizations/{organizationId}")
    OrganizationAnswer one(Access access) {
        String roleKey = access.role() == null ? null : access.role().key();
        return OrganizationAnswer.of(organizations.one(access.organizationKey(), roleKey));
    }

    @Requires(Grant.SIGNED_IN)
    @GetMapping("/cli/whoami")
    WhoAmI whoAmI(SignedIn signedIn) {
        Caller caller = signedIn.caller();
        List<OrganizationAnswer> own = list(signedIn);
        OrganizationAnswer first = own.isEmpty() ? null : own.get(0);
        if (caller instanceof Caller.ServiceAccount key) {
            return new WhoAmI(key.actor(), "service_account", key.name(), null, false, first, own);
        }
        if (caller instanceof Caller.Operator operator) {
            return new WhoAmI(operator.principalId(), "operator", null, null, true, first, own);
        }
        Name name = organizations.name(caller.actor()).orElse(null);
        return new WhoAmI(
                caller.actor(),
                "user",
                name == null ? null : name.displayName(),
                name == null ? null : name.email(),
                signedIn.operator(),
                first,
                own);
    }
}
