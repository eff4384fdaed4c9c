package dev.aicredits.audit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change, as the audit log keeps it.
 *
 * @param organizationKey the organization's compact key
 * @param actor who did it: a member's principal, {@code key:<keyId>} or {@code operator:<principal>}
 * @param origin the network address it was asked for from; null if it came from within
 * @param action what was done, such as {@code member_role_changed}
 * @param subject what it was done to: an id
 * @param reason why, where a rule asks for one
 * @param before the state before, as it is shown to people; never a secret
 * @param after the state after
 */
public record AuditRecord(
        long organizationKey,
        String actor,
        @Nullable String origin,
        String action,
        String subject,
        @Nullable String reason,
        Map<String, ?> before,
        Map<String, ?> after) {}
