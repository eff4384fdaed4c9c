package dev.aicredits.bench;

import dev.aicredits.usage.UsageEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Makes a workload's usage events, structured CloudEvents of some 450 bytes. Of one seed and time it always makes the same. */
public final class EventSource {

    private static final int REPEATABLE = 50_000;
    private static final int TRIES_MAX = 10_000;
    private static final byte[] CONTENT_TYPE = "application/cloudevents+json".getBytes(StandardCharsets.US_ASCII);

    private final Clock clock;
    private final String topic;
    private final IntPredicate mayRun;
    private final Workload workload;
    private final SplittableRandom random;
    private final byte[][] sent = new byte[REPEATABLE][];
    private final byte[][] sentKeys = new byte[REPEATABLE][];
    private final byte[][] organizationKeys;
    private final String[][] data;
    private final StringBuilder text = new StringBuilder();
    private long made;
    private long repeated;
    private UUID lastId = new UUID(0, 0);

    /** Of all agents. */
    public EventSource(Clock clock, String topic, Workload workload, long seed) {
        this(clock, topic, workload, seed, agent -> true);
    }

    /**
     * As the other, but of agents that may run only.
     *
     * @param mayRun of an agent's number, which counts those of all organizations
     */
    public EventSource(Clock clock, String topic, Workload workload, long seed, IntPredicate mayRun) {
        this.clock = clock;
        this.mayRun = mayRun;
        this.topic = topic;
        this.workload = workload;
        this.random = new SplittableRandom(seed);
        this.organizationKeys = new byte[workload.organizations()][];
        this.data = new String[workload.organizations() * workload.agentsPerOrganization()][];
        for (int i = 0; i < organizationKeys.length; i++) {
            organizationKeys[i] = Workload.organizationId(i).getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** How many records were made. */
    long made() {
        return made;
    }

    /** How many different events were made. */
    long distinct() {
        return made - repeated;
    }

    /** The id of the newest event. */
    public UUID lastId() {
        return lastId;
    }

    /** Whether an agent may run at all, without which there is no next event. */
    public boolean someAgentMayRun() {
        return IntStream.range(0, data.length).anyMatch(mayRun);
    }

    /** The next record: a new event of this moment, or one of the last 50,000 records again. */
    public ProducerRecord<byte[], byte[]> next() {
        int slot = (int) (made++ % REPEATABLE);
        if (made > 1 && random.nextInt(100) < workload.duplicatePercent()) {
            int earlier = random.nextInt((int) Math.min(made - 1, REPEATABLE));
            repeated++;
            sent[slot] = sent[earlier];
            sentKeys[slot] = sentKeys[earlier];
        } else {
            int agent = runningAgent();
            sentKeys[slot] = organizationKeys[agent / workload.agentsPerOrganization()];
            sent[slot] = event(agent);
        }
        RecordHeaders headers = new RecordHeaders();
        headers.add("content-type", CONTENT_TYPE);
        return new ProducerRecord<>(topic, null, sentKeys[slot], sent[slot], headers);
    }

    private int runningAgent() {
        for (int i = 0; i < TRIES_MAX; i++) {
            int agent = random.nextInt(data.length);
            if (mayRun.test(agent)) {
                return agent;
            }
        }
        throw new IllegalStateException("hardly an agent may run any more");
    }

    /** The id of the agent of that number. */
    public static String agentId(Workload workload, int agent) {
        return "ag_" + agent / workload.agentsPerOrganization() + "_" + agent % workload.agentsPerOrganization();
    }

    /** From parts that were made before: at 60,000 a second, what makes the load takes from what is measured. */
    private byte[] event(int agentNumber) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        String[] byUser = data(agentNumber);
        String agent = byUser[0];
        String who = byUser[1 + random.nextInt(byUser.length - 1)];
        int cached = random.nextInt(1_000);
        lastId = id(now);
        text.setLength(0);
        text.append("{\"specversion\":\"1.0\",\"id\":\"")
                .append(lastId)
                .append("\",\"source\":\"/bench/platform\",\"type\":\"" + UsageEvent.TYPE + "\",\"subject\":\"")
                .append(agent)
                .append("\",\"time\":\"")
                .append(now)
                .append("\",\"datacontenttype\":\"application/json\",\"data\":{")
                .append(who)
                .append("\"conversationId\":\"conv_")
                .append(random.nextInt(1_000_000))
                .append("\",\"kind\":\"inference\",\"provider\":\"openai\",\"model\":\"gpt-4o-mini\",\"inputTokens\":")
                .append(cached + random.nextInt(3_000))
                .append(",\"cachedInputTokens\":")
                .append(cached)
                .append(",\"outputTokens\":")
                .append(1 + random.nextInt(800))
                .append("}}");
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The agent's id, then the ids at the head of {@code data}: a third of the choices are without an external user. */
    private String[] data(int at) {
        if (data[at] == null) {
            String agentId = agentId(workload, at);
            String head = "\"organizationId\":\"" + Workload.organizationId(at / workload.agentsPerOrganization())
                    + "\",\"agentId\":\"" + agentId + "\",";
            String[] made = new String[1 + workload.usersPerAgent() * 3 / 2 + 1];
            made[0] = agentId;
            for (int user = 0; user < made.length - 1; user++) {
                made[1 + user] = user < workload.usersPerAgent()
                        ? head + "\"externalUserId\":\"user_" + agentId + "_" + user + "\","
                        : head;
            }
            data[at] = made;
        }
        return data[at];
    }

    /** A UUIDv7, as we ask of producers. */
    private UUID id(Instant now) {
        long high = random.nextLong();
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID((now.toEpochMilli() << 16) | 0x7000 | (high & 0xfff), low);
    }
}
