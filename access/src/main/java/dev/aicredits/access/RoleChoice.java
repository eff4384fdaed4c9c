package dev.aicredits.access;

import dev.aicredits.ledger.Member.Role;
import dev.aicredits.problem.ProblemException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the role that a body names: {@code roleKey}, or {@code role} as some clients call it. */
public final class RoleChoice {

    private RoleChoice() {}

    /**
     * The role.
     *
     * @throws ProblemException {@code invalid_field} if there is none, no such, or two that differ
     */
    public static Role of(@Nullable String roleKey, @Nullable String role) {
        if (roleKey != null && role != null && !roleKey.equals(role)) {
            throw ProblemException.invalidField("role");
        }
        String key = roleKey != null ? roleKey : role;
        return Arrays.stream(Role.values())
                .filter(candidate -> candidate.key().equals(key))
                .findFirst()
                .orElseThrow(() -> ProblemException.invalidField(roleKey == null && role != null ? "role" : "roleKey"));
    }

    /** The role's name for people. */
    public static String display(Role role) {
        return role.name().charAt(0) + role.key().substring(1);
    }
}
