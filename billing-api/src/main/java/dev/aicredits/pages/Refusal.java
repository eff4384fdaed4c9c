package dev.aicredits.pages;

import dev.aicredits.access.Grant;
import dev.aicredits.access.RoleChoice;
import dev.aicredits.access.RoleGrants;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.Problem;
import dev.aicredits.problem.ProblemAnswer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a person is told of why something was not done, and what they can do about it.
 *
 * @param title in a few words
 * @param message what is wrong
 * @param wayOut what to do; null if there is nothing to say
 */
public record Refusal(
        int status,
        String code,
        String title,
        String message,
        @Nullable String wayOut) {

    static Refusal of(ProblemAnswer answer, @Nullable Grant asked) {
        Problem problem = answer.problem();
        if (problem == CommonProblem.FORBIDDEN && asked != null) {
            return forbidden(problem, asked);
        }
        Object field = answer.details().getOrDefault("field", answer.details().get("parameter"));
        String message = field == null
                ? problem.message()
                : "“" + words(field.toString()) + "” is missing or has no valid value.";
        return new Refusal(problem.status().value(), problem.code(), title(problem), message, wayOut(problem));
    }

    private static Refusal forbidden(Problem problem, Grant asked) {
        List<String> roles = Arrays.stream(Role.values())
                .filter(role -> RoleGrants.of(role).contains(asked))
                .map(RoleChoice::display)
                .toList();
        String who = roles.isEmpty() ? "the platform's operators" : "the roles " + String.join(", ", roles);
        return new Refusal(
                problem.status().value(),
                problem.code(),
                "Your role does not include this",
                "This page is for those who may " + what(asked) + ": " + who + ".",
                roles.isEmpty()
                        ? null
                        : "An owner or admin of the organization can give you another role, under Members.");
    }

    private static String what(Grant grant) {
        return switch (grant) {
            case PUBLIC, SIGNED_IN, ORGANIZATION_VIEW -> "see the organization";
            case AGENTS_VIEW -> "see agents and hosted servers";
            case AGENTS_MANAGE -> "change agents and hosted servers";
            case MEMBERS_MANAGE -> "see and change members";
            case BILLING_VIEW -> "see credits, usage and plans";
            case BILLING_MANAGE -> "buy credits and set budgets";
            case KEYS_MANAGE -> "see, make and revoke API keys";
            case AUDIT_VIEW -> "read the audit log";
            case OPERATE -> "operate the platform";
        };
    }

    private static String title(Problem problem) {
        return switch (problem.status()) {
            case NOT_FOUND -> "Not found";
            case SERVICE_UNAVAILABLE, BAD_GATEWAY, TOO_MANY_REQUESTS -> "Not possible at the moment";
            case INTERNAL_SERVER_ERROR -> "Something went wrong";
            default -> "This was not done";
        };
    }

    private static @Nullable String wayOut(Problem problem) {
        return switch (problem.status()) {
            case NOT_FOUND -> "It does not exist, or you do not belong to its organization.";
            case SERVICE_UNAVAILABLE, BAD_GATEWAY, TOO_MANY_REQUESTS -> "Nothing was changed. Try again in a moment.";
            case INTERNAL_SERVER_ERROR -> "It was logged. Try again in a moment.";
            default -> null;
        };
    }

    private static String words(String name) {
        String words = name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
        return words.replace(" usd", " (USD)");
    }
}
