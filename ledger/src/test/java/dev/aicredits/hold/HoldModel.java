package dev.aicredits.hold;

import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.EnforcementMode;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One organization's holds as one would write them down without a database: everything is added up each time. */
final class HoldModel {

    /** A hold, plainly. */
    static final class Entry {
        final String agent;
        final @Nullable String user;
        final long amount;
        final Instant until;
        long captured;
        HoldState state = HoldState.OPEN;

        Entry(String agent, @Nullable String user, long amount, Instant until) {
            this.agent = agent;
            this.user = user;
            this.amount = amount;
            this.until = until;
        }
    }

    private record Spent(String agent, @Nullable String user, YearMonth month, long nanos) {}

    final Map<UUID, Entry> holds = new HashMap<>();
    final Map<String, AgentBudget> policies = new HashMap<>();
    final Map<String, Long> userLimits = new HashMap<>();
    long balance;
    private final List<Spent> spents = new ArrayList<>();

    HoldModel(long balance) {
        this.balance = balance;
    }

    /** Holds {@code amount} and answers true, or answers that it does not fit. */
    boolean reserve(UUID id, String agent, @Nullable String user, long amount, Duration lasts, Instant now) {
        expire(now);
        if (amount > available(agent, user, now)) {
            return false;
        }
        holds.put(id, new Entry(agent, user, amount, now.plus(lasts)));
        return true;
    }

    void use(String agent, @Nullable String user, long nanos, @Nullable UUID hold, Instant now) {
        expire(now);
        balance -= nanos;
        spents.add(new Spent(agent, user, month(now), nanos));
        Entry entry = hold == null ? null : holds.get(hold);
        boolean theirs = entry != null && entry.agent.equals(agent) && Objects.equals(entry.user, user);
        if (theirs && entry.state == HoldState.OPEN) {
            entry.captured += Math.min(nanos, entry.amount - entry.captured);
        }
    }

    /** Ends the hold, debiting {@code nanos}, and answers true; false if it is not open or holds less. */
    boolean end(UUID id, HoldState as, long nanos, Instant now) {
        expire(now);
        Entry entry = holds.get(id);
        if (entry == null || entry.state != HoldState.OPEN || nanos > entry.amount - entry.captured) {
            return false;
        }
        use(entry.agent, entry.user, nanos, id, now);
        entry.state = as;
        return true;
    }

    void expire(Instant now) {
        holds.values().stream()
                .filter(entry -> entry.state == HoldState.OPEN && !now.isBefore(entry.until))
                .forEach(entry -> entry.state = HoldState.EXPIRED);
    }

    long held() {
        return held(null, null, false);
    }

    private long available(String agent, @Nullable String user, Instant now) {
        long available = balance - held();
        AgentBudget policy = policies.getOrDefault(agent, AgentBudget.UNSET);
        if (!policy.enabled() || policy.mode() != EnforcementMode.HARD_BLOCK) {
            return available;
        }
        Long pool = policy.monthlyLimitNanos();
        if (pool != null) {
            available = Math.min(available, pool - spent(agent, null, false, now) - held(agent, null, false));
        }
        Long spender = user == null ? policy.anonymousLimitNanos() : userLimits.get(agent + " " + user);
        if (user != null && spender == null) {
            spender = policy.defaultUserLimitNanos();
        }
        if (spender != null) {
            available = Math.min(available, spender - spent(agent, user, true, now) - held(agent, user, true));
        }
        return available;
    }

    private long held(@Nullable String agent, @Nullable String user, boolean byUser) {
        return holds.values().stream()
                .filter(entry -> entry.state == HoldState.OPEN)
                .filter(entry -> agent == null || entry.agent.equals(agent))
                .filter(entry -> !byUser || Objects.equals(entry.user, user))
                .mapToLong(entry -> entry.amount - entry.captured)
                .sum();
    }

    private long spent(String agent, @Nullable String user, boolean byUser, Instant now) {
        return spents.stream()
                .filter(spent -> spent.agent().equals(agent) && spent.month().equals(month(now)))
                .filter(spent -> !byUser || Objects.equals(spent.user(), user))
                .mapToLong(Spent::nanos)
                .sum();
    }

    private static YearMonth month(Instant now) {
        return YearMonth.from(now.atZone(ZoneOffset.UTC));
    }
}
