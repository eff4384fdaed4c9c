package dev.aicredits.spending;

import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import dev.aicredits.usage.DedupeKeys;
import java.util.UUID;

/** Ids in requests, by the rules that usage events have for them. */
final class Ids {

    private static final int AGENT_LENGTH_MAX = 128;

    private Ids() {}

    /** An agent's id; one that none can have is as unknown as any other. */
    static String agent(String id) {
        if (!isSound(id, AGENT_LENGTH_MAX)) {
            throw new ProblemException(CommonProblem.AGENT_NOT_FOUND);
        }
        return id;
    }

    /** An external user's id, which may be new and is then kept. */
    static String externalUser(String id) {
        if (!isSound(id, TextRules.EXTERNAL_USER_ID_LENGTH_MAX)) {
            throw ProblemException.invalidParameter("externalUserId");
        }
        return id;
    }

    /** A hold's id; what is no UUID is no hold. */
    static UUID hold(String id) {
        UUID uuid = DedupeKeys.canonicalUuid(id.toCharArray(), 0, id.length());
        if (uuid == null) {
            throw new ProblemException(SpendingProblem.HOLD_NOT_FOUND);
        }
        return uuid;
    }

    private static boolean isSound(String id, int lengthMax) {
        return !id.isBlank() && id.length() <= lengthMax && id.matches(TextRules.LINE);
    }
}
