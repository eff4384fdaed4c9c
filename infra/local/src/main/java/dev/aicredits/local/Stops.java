package dev.aicredits.local;

import dev.aicredits.control.ControlSignal;
import dev.aicredits.control.Target;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Whom the platform was told to stop. Threads may share it. */
final class Stops {

    private final Map<String, Long> versions = new ConcurrentHashMap<>();

    /** Takes a signal in; of two for one target the higher version holds, whatever the order. Whether it was news. */
    boolean take(ControlSignal signal) {
        Long before = versions.get(signal.target().key());
        Long now = versions.merge(signal.target().key(), signal.version(), Math::max);
        return before == null || now > before;
    }

    /** Whether nothing stops this agent on behalf of this external user, or of nobody. */
    boolean allow(String organizationId, String agentId, @Nullable String externalUserId) {
        Target spender = externalUserId == null
                ? Target.anonymous(organizationId, agentId)
                : Target.externalUser(organizationId, agentId, externalUserId);
        return runs(Target.organization(organizationId))
                && runs(Target.agent(organizationId, agentId))
                && runs(spender);
    }

    private boolean runs(Target target) {
        return versions.getOrDefault(target.key(), 0L) % 2 == 0;
    }
}
