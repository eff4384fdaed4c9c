package dev.aicredits.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.api.TestUsage;
import dev.aicredits.ledger.Member.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is pushed to who listens. */
class StreamTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();

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
