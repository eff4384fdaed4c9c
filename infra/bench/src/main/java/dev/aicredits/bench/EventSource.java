package dev.aicredits.bench;

import dev.aicredits.usage.UsageEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Makes a workload's usage events, structured CloudEvents of some 450 bytes. Of one seed it always makes the same. */
final class EventSource {

    private static final int REPEATABLE = 50_000;
    private static final byte[] CONTENT_TYPE = "application/cloudevents+json".getBytes(StandardCharsets.US_ASCII);

    private final String topic;
    private final Workload workload;
    private final SplittableRandom random;
    private final byte[][] sent = new byte[REPEATABLE][];
    private final byte[][] sentKeys = new byte[REPEATABLE][];
    private final byte[][] organizationKeys;
    private long made;
    private long repeated;

    EventSource(String topic, Workload workload, long seed) {
        this.topic = topic;
        this.workload = workload;
        this.random = new SplittableRandom(seed);
        this.organizationKeys = new byte[workload.organizations()][];
        for (int i = 0; i < organizationKeys.length; i++) {
            organizationKeys[i] = Workload.organizationId(i).getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** How many different events were made. */
    long distinct() {
        return made - repeated;
    }

    /** The next record: a new event of this moment, or one of the last 50,000 again. */
    ProducerRecord<byte[], byte[]> next() {
        int slot = (int) (made++ % REPEATABLE);
        if (made > REPEATABLE && random.nextInt(100) < workload.duplicatePercent()) {
            int earlier = random.nextInt(REPEATABLE);
            repeated++;
            sent[slot] = sent[earlier];
            sentKeys[slot] = sentKeys[earlier];
        } else {
            int organization = random.nextInt(workload.organizations());
            sentKeys[slot] = organizationKeys[organization];
            sent[slot] = event(organization);
        }
        RecordHeaders headers = new RecordHeaders();
        headers.add("content-type", CONTENT_TYPE);
        return new ProducerRecord<>(topic, null, sentKeys[slot], sent[slot], headers);
    }

    private byte[] event(int organization) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        String organizationId = Workload.organizationId(organization);
        String agentId = "ag_" + organization + "_" + random.nextInt(workload.agentsPerOrganization());
        int user = random.nextInt(workload.usersPerAgent() * 3 / 2 + 1);
        String externalUser =
                user < workload.usersPerAgent() ? "\"externalUserId\":\"user_" + agentId + "_" + user + "\"," : "";
        int cached = random.nextInt(1_000);
        return ("{\"specversion\":\"1.0\",\"id\":\"" + id(now) + "\",\"source\":\"/bench/platform\",\"type\":\""
                        + UsageEvent.TYPE + "\",\"subject\":\"" + agentId + "\",\"time\":\"" + now
                        + "\",\"datacontenttype\":\"application/json\",\"data\":{\"organizationId\":\"" + organizationId
                        + "\",\"agentId\":\"" + agentId + "\"," + externalUser + "\"conversationId\":\"conv_"
                        + random.nextInt(1_000_000) + "\",\"kind\":\"inference\",\"provider\":\"openai\",\"model\":\""
                        + "gpt-4o-mini\",\"inputTokens\":" + (cached + random.nextInt(3_000))
                        + ",\"cachedInputTokens\":" + cached + ",\"outputTokens\":" + (1 + random.nextInt(800)) + "}}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A UUIDv7, as we ask of producers. */
    private UUID id(Instant now) {
        long high = random.nextLong();
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID((now.toEpochMilli() << 16) | 0x7000 | (high & 0xfff), low);
    }
}
