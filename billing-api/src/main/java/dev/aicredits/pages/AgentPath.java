package dev.aicredits.pages;

import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * An agent's id as the segment of a page's path that it is; templates call it {@code @agentPath}. Platforms choose ids, and some
 * say something else in a path, such as {@code ..} or {@code team/agent}: these are written as {@code ~} and their bytes in base64url.
 */
public final class AgentPath {

    private static final String CODED = "~";

    /** Ids that are their own segment. */
    private static final String PLAIN = "[\\p{L}\\p{N}_:@ -][\\p{L}\\p{N}_:@ .-]*";

    AgentPath() {}

    /** The segment, before what a path escapes anyway is escaped. */
    public String of(String agentId) {
        return agentId.matches(PLAIN)
                ? agentId
                : CODED
                        + Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(agentId.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The id that a segment stands for.
     *
     * @throws ProblemException {@code agent_not_found} if it is none that {@link #of} makes
     */
    public String read(String segment) {
        if (!segment.startsWith(CODED)) {
            return segment;
        }
        try {
            byte[] id = Base64.getUrlDecoder().decode(segment.substring(CODED.length()));
            return TextRules.storable(new String(id, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(CommonProblem.AGENT_NOT_FOUND);
        }
    }
}
