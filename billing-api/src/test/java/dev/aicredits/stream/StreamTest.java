package dev.aicredits.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.api.TestUsage;
import dev.aicredits.ledger.Member.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What is pushed to who listens. */
@ExtendWith(OutputCaptureExtension.class)
class StreamTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final int STOPS = 20_000;

    private final TestOrganization organization = SYSTEM.organization();
    private final TestUsage usage = new TestUsage(organization);

    @Test
    void balanceStopAndResumeArePushed() throws Exception {
        usage.topUp("5", "cs_1");
        usage.calls("a", null, "1", 1);
        decide(1);
        try (BufferedReader stream = open()) {
            assertThat(next(stream)).isEqualTo("event:balance data:{\"balanceUsd\":4,\"entrySeq\":2}");
            assertThat(next(stream)).startsWith("event:stop data:{\"scope\":\"organization\",\"version\":1");
            assertThat(next(stream)).isEqualTo("event:begin data:{\"stops\":1}");
            usage.topUp("5", "cs_2");
            assertThat(next(stream)).isEqualTo("event:balance data:{\"balanceUsd\":9,\"entrySeq\":3}");
            decide(2);
            assertThat(next(stream)).startsWith("event:resume data:{\"scope\":\"organization\",\"version\":2");
        }
    }

    @Test
    void anotherOrganizationsMovesAreNotPushed() throws Exception {
        try (BufferedReader stream = open()) {
            assertThat(next(stream)).isEqualTo("event:balance data:{\"balanceUsd\":0,\"entrySeq\":0}");
            assertThat(next(stream)).isEqualTo("event:begin data:{\"stops\":0}");
            TestOrganization other = SYSTEM.organization();
            new TestUsage(other).topUp("7", "cs_1");
            usage.topUp("5", "cs_1");
            assertThat(next(stream)).isEqualTo("event:balance data:{\"balanceUsd\":5,\"entrySeq\":1}");
        }
        assertThat(organization
                        .with(Role.VIEWER)
                        .get(organization.path("/ai-credits/stream"))
                        .outcome())
                .isEqualTo("403 forbidden");
    }

    /** Its connection takes a few kilobytes of some megabytes. */
    @Test
    void whoDoesNotReadHoldsUpNobodyElseAndMissesNothing() throws Exception {
        TestOrganization other = SYSTEM.organization();
        stopUsers(other, STOPS);
        try (BufferedReader stream = open();
                Socket idle = new Socket()) {
            assertThat(next(stream)).startsWith("event:balance");
            assertThat(next(stream)).startsWith("event:begin");
            idle.setReceiveBufferSize(4_096);
            idle.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(),
                    URI.create(SYSTEM.baseUrl()).getPort()));
            // Without chunks, so that lines are whole.
            idle.getOutputStream()
                    .write(("GET " + other.path("/ai-credits/stream") + " HTTP/1.0\r\nX-API-Key: "
                                    + other.key(Role.OWNER).text() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader late =
                    new BufferedReader(new InputStreamReader(idle.getInputStream(), StandardCharsets.UTF_8), 1);
            assertThat(late.readLine()).endsWith(" 200 ");

            usage.topUp("5", "cs_1");
            assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> next(stream)))
                    .isEqualTo("event:balance data:{\"balanceUsd\":5,\"entrySeq\":1}");
            new TestUsage(other).topUp("7", "cs_1");

            while (!late.readLine().isEmpty()) {
                // headers
            }
            BufferedReader all = new BufferedReader(late);
            assertThat(next(all)).startsWith("event:balance data:{\"balanceUsd\":0,");
            for (int i = 0; i < STOPS; i++) {
                assertThat(next(all)).startsWith("event:stop");
            }
            assertThat(next(all)).isEqualTo("event:begin data:{\"stops\":" + STOPS + "}");
            assertThat(next(all)).isEqualTo("event:balance data:{\"balanceUsd\":7,\"entrySeq\":1}");
        }
    }

    @Test
    void anOrganizationHasItsShareOfStreamsAndNoMore(CapturedOutput output) throws Exception {
        List<BufferedReader> streams = new ArrayList<>();
        for (int i = 0; i < ApiSystem.STREAMS_PER_ORGANIZATION; i++) {
            streams.add(open());
        }
        ApiClient.Answer refused = organization.owner().get(organization.path("/ai-credits/stream"));
        assertThat(refused.outcome()).isEqualTo("429 too_many_streams_of_organization");
        assertThat(refused.json().path("limit").asInt()).isEqualTo(ApiSystem.STREAMS_PER_ORGANIZATION);
        TestOrganization other = SYSTEM.organization();
        assertThat(other.owner().get(other.path("/ai-credits/stream")).status()).isEqualTo(200);

        for (BufferedReader stream : streams) {
            stream.close();
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> organization
                                .owner()
                                .get(organization.path("/ai-credits/stream"))
                                .status()
                        == 200);
        // Clients go all the time.
        assertThat(output).doesNotContain("a request failed");
    }

    /** So many users of an organization are stopped, each with an id as long as may be. */
    private static void stopUsers(TestOrganization organization, int count) {
        SYSTEM.superuser()
                .sql("""
                        WITH u AS (
                             INSERT INTO external_user (organization_id, public_id)
                             SELECT :id, rpad('user_' || n, 256, 'x') FROM generate_series(1, :count) n
                             RETURNING external_user_id)
                        INSERT INTO enforcement (organization_id, agent_id, external_user_id, version, published_version)
                        SELECT :id, 1, external_user_id, 1, 1 FROM u
                        """)
                .param("id", organization.organizationKey())
                .param("count", count)
                .update();
    }

    private BufferedReader open() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(SYSTEM.baseUrl() + organization.path("/ai-credits/stream")))
                .header("X-API-Key", organization.key(Role.DEVELOPER).text())
                .timeout(Duration.ofSeconds(30))
                .build();
        HttpResponse<InputStream> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** The next event, on one line; comments are passed over. */
    private static String next(BufferedReader stream) throws IOException {
        StringBuilder event = new StringBuilder();
        while (true) {
            String line = stream.readLine();
            if (line == null) {
                return "the stream ended";
            }
            if (line.isEmpty() && event.length() > 0) {
                return event.toString();
            }
            if (!line.isEmpty() && !line.startsWith(":")) {
                event.append(event.length() == 0 ? "" : " ").append(line);
            }
        }
    }

    private void decide(long version) {
        SYSTEM.superuser()
                .sql("""
                        INSERT INTO enforcement (organization_id, agent_id, external_user_id, version, published_version)
                        VALUES (:id, 0, 0, :version, :version)
                        ON CONFLICT (organization_id, agent_id, external_user_id) DO UPDATE
                           SET version = EXCLUDED.version, published_version = EXCLUDED.version
                        """)
                .param("id", organization.organizationKey())
                .param("version", version)
                .update();
    }
}
