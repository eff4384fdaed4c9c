package dev.aicredits.enforcer;

import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.EnforcementMode;
import dev.aicredits.control.Target;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who has to be stopped, kept in maps: what a history of usage, credits and budgets comes to. */
final class EnforcementModel {

    private static final String ANONYMOUS = "";

    private record Spender(String organization, String agent, String user) {}

    private record Spend(
            YearMonth month,
            String organization,
            String agent,
            @Nullable String user) {}

    private final Map<String, Long> balances = new HashMap<>();
    private final Map<String, Map<String, AgentBudget>> policies = new HashMap<>();
    private final Map<Spender, Long> userLimits = new HashMap<>();
    private final Map<Spend, Long> spends = new HashMap<>();

    void open(String organization) {
        balances.put(organization, 0L);
    }

    void credit(String organization, long nanos) {
        balances.merge(organization, nanos, Math::addExact);
    }

    void use(YearMonth month, String organization, String agent, @Nullable String user, long nanos) {
        credit(organization, -nanos);
        spends.merge(new Spend(month, organization, agent, null), nanos, Math::addExact);
        String spender = user == null ? ANONYMOUS : user;
        spends.merge(new Spend(month, organization, agent, spender), nanos, Math::addExact);
    }

    void policy(String organization, String agent, AgentBudget policy) {
        policies.computeIfAbsent(organization, none -> new HashMap<>()).put(agent, policy);
    }

    void userLimit(String organization, String agent, String user, @Nullable Long nanos) {
        Spender spender = new Spender(organization, agent, user);
        if (nanos == null) {
            userLimits.remove(spender);
        } else {
            userLimits.put(spender, nanos);
        }
    }

    /** The keys of those that are to be stopped in {@code month}. */
    Set<String> stopped(YearMonth month) {
        Set<String> stopped = new TreeSet<>();
        balances.forEach((organization, balance) -> {
            if (balance <= 0) {
                stopped.add(Target.organization(organization).key());
            }
        });
        policies.forEach((organization, agents) -> agents.forEach((agent, policy) -> {
            if (stops(policy)) {
                addAgent(stopped, month, organization, agent, policy);
            }
        }));
        userLimits.forEach((spender, limit) -> {
            AgentBudget policy = policies.getOrDefault(spender.organization(), Map.of())
                    .getOrDefault(spender.agent(), AgentBudget.UNSET);
            long spent = spent(month, spender.organization(), spender.agent(), spender.user());
            if (stops(policy) && spent >= limit) {
                stopped.add(Target.externalUser(spender.organization(), spender.agent(), spender.user())
                        .key());
            }
        });
        return stopped;
    }

    private void addAgent(Set<String> stopped, YearMonth month, String organization, String agent, AgentBudget policy) {
        if (reaches(spent(month, organization, agent, null), policy.monthlyLimitNanos())) {
            stopped.add(Target.agent(organization, agent).key());
        }
        if (reaches(spent(month, organization, agent, ANONYMOUS), policy.anonymousLimitNanos())) {
            stopped.add(Target.anonymous(organization, agent).key());
        }
        // Whoever was seen in any month: a default of 0 is reached without spending in this one.
        for (Spend spend : spends.keySet()) {
            String user = spend.user();
            boolean ofUser = spend.organization().equals(organization)
                    && spend.agent().equals(agent)
                    && user != null
                    && !user.equals(ANONYMOUS);
            if (ofUser
                    && !userLimits.containsKey(new Spender(organization, agent, user))
                    && reaches(spent(month, organization, agent, user), policy.defaultUserLimitNanos())) {
                stopped.add(Target.externalUser(organization, agent, user).key());
            }
        }
    }

    private static boolean stops(AgentBudget policy) {
        return policy.enabled() && policy.mode() == EnforcementMode.HARD_BLOCK;
    }

    private static boolean reaches(long spent, @Nullable Long limit) {
        return limit != null && spent >= limit;
    }

    private long spent(YearMonth month, String organization, String agent, @Nullable String user) {
        return spends.getOrDefault(new Spend(month, organization, agent, user), 0L);
    }
}
