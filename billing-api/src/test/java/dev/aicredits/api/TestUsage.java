package dev.aicredits.api;

import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.ledger.UsageBatch;
import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Books what agents of a test's organization use, at a price that the test says. */
public final class TestUsage {

    private final Ledger ledger;
    private final TestOrganization organization;

    public TestUsage(TestOrganization organization) {
        this.ledger = organization.system().ledger();
        this.organization = organization;
    }

    public void topUp(String usd, String sessionId) {
        ledger.book(NewEntry.topUp(organization.id(), Usd.of(usd), UUID.randomUUID(), Instant.now(), sessionId));
    }

    public void adjust(String usd, String reason) {
        ledger.book(NewEntry.adjustment(organization.id(), Usd.of(usd), UUID.randomUUID(), Instant.now(), reason));
    }

    /** A call of a model; anonymous without a user. */
    public void call(String agent, String user, String model, String usd, Instant occurredAt) {
        book(agent, user, new Inference("openai", model, 1_000, 200, 0, 50), usd, occurredAt, 1);
    }

    /** So many calls, in one batch. */
    public void calls(String agent, String user, String usd, int count) {
        book(agent, user, new Inference("openai", "gpt-4o-mini", 10, 0, 0, 5), usd, Instant.now(), count);
    }

    public void toolCall(String agent, String usd) {
        toolCalls(agent, "call", 3, usd, Instant.now());
    }

    /** One event of a quantity. */
    public void toolCalls(String agent, String unit, int quantity, String usd, Instant occurredAt) {
        book(agent, null, new Counted(UsageKind.TOOL_CALL, unit, quantity), usd, occurredAt, 1);
    }

    /** A call of a tool under that dedupe key. */
    public void toolCall(String agent, String usd, UUID dedupeKey) {
        UsageBatch batch = ledger.batch();
        add(batch, dedupeKey, agent, null, new Counted(UsageKind.TOOL_CALL, "call", 3), usd, Instant.now());
        batch.book();
    }

    private void book(String agent, String user, Consumption used, String usd, Instant occurredAt, int count) {
        UsageBatch batch = ledger.batch();
        for (int i = 0; i < count; i++) {
            add(batch, UUID.randomUUID(), agent, user, used, usd, occurredAt);
        }
        batch.book();
    }

    private void add(
            UsageBatch batch,
            UUID dedupeKey,
            String agent,
            String user,
            Consumption used,
            String usd,
            Instant occurredAt) {
        batch.add(
                new UsageEvent(
                        dedupeKey,
                        organization.id(),
                        agent(agent),
                        user,
                        occurredAt.truncatedTo(ChronoUnit.MICROS),
                        used,
                        Usd.of(usd)),
                new Priced(Usd.of(usd).nanos(), Priced.TRUSTED));
    }

    /** Agents' ids are one for all organizations, so each test has its own. */
    public String agent(String name) {
        return "ag_" + name + "_" + organization.id().substring(4);
    }
}
