package dev.aicredits.enforcer;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Usage, credits and changes of budgets at random, done to a system and to the model of it. */
final class RandomHistory {

    private static final int ORGANIZATIONS = 4;
    private static final int AGENTS = 2;
    private static final List<String> USERS = List.of("ada", "bob/1", "c%d");

    final EnforcementModel model = new EnforcementModel();
    private final EnforcerSystem system;
    private final Random random;

    RandomHistory(EnforcerSystem system, long seed) {
        this.system = system;
        this.random = new Random(seed);
    }

    void open() {
        for (int i = 0; i < ORGANIZATIONS; i++) {
            String organization = "org_" + i;
            String[] agents = {agent(organization, 0), agent(organization, 1)};
            long nanos = random.nextInt(200);
            system.open(organization, nanos, agents);
            model.open(organization);
            model.credit(organization, nanos);
        }
    }

    void step() {
        String organization = "org_" + random.nextInt(ORGANIZATIONS);
        String agent = agent(organization, random.nextInt(AGENTS));
        int kind = random.nextInt(20);
        if (kind < 13) {
            use(organization, agent);
        } else if (kind < 16) {
            long nanos = random.nextInt(20) == 0 ? -40 : 1 + random.nextInt(60);
            system.credit(organization, nanos);
            model.credit(organization, nanos);
        } else if (kind < 18) {
            var policy = RandomBudget.next(random);
            system.policy(organization, agent, policy);
            model.policy(organization, agent, policy);
        } else {
            String user = USERS.get(random.nextInt(USERS.size()));
            Long limit = random.nextInt(3) == 0 ? null : (long) random.nextInt(25);
            system.userLimit(organization, agent, user, limit);
            model.userLimit(organization, agent, user, limit);
        }
    }

    private void use(String organization, String agent) {
        @Nullable String user = random.nextInt(3) == 0 ? null : USERS.get(random.nextInt(USERS.size()));
        long nanos = random.nextInt(9);
        Instant now = system.clock.instant();
        // Some events come late, and some of those are the last month's.
        Instant occurredAt = random.nextInt(5) == 0 ? now.minus(Duration.ofDays(random.nextInt(40))) : now;
        system.use(organization, agent, user, nanos, occurredAt);
        model.use(month(occurredAt), organization, agent, user, nanos);
    }

    YearMonth month() {
        return month(system.clock.instant());
    }

    private static YearMonth month(Instant time) {
        return YearMonth.from(time.atZone(ZoneOffset.UTC));
    }

    private static String agent(String organization, int number) {
        return "ag_" + organization + "_" + number;
    }
}
