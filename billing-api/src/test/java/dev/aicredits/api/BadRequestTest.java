package dev.aicredits.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.Member.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no request of ours, whatever the route: refused with a reason that programs and people can read. */
class BadRequestTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();

    private final TestOrganization organization = SYSTEM.organization();

    @Test
    void aBodyOfAHundredMegabytesIsRefusedBeforeItIsRead() {
        byte[] huge = new byte[100_000_000];
        String path = organization.path("/api-keys");

        assertThat(organization
                        .owner()
                        .send("POST", path, BodyPublishers.ofByteArray(huge), "Content-Type", "application/json")
                        .outcome())
                .isEqualTo("413 body_too_large");
        // Without saying how long it is.
        InputStream spaces = new ByteArrayInputStream(" ".repeat(2_000_000).getBytes(StandardCharsets.US_ASCII));
        assertThat(organization
                        .owner()
                        .send(
                                "POST",
                                path,
                                BodyPublishers.ofInputStream(() -> spaces),
                                "Content-Type",
                                "application/json")
                        .outcome())
                .isEqualTo("413 body_too_large");
        assertThat(organization.owner().get(path).json()).hasSize(Role.values().length);
    }

    @Test
    void whatIsNotThereIsSaidToBeSo() {
        ApiClient owner = organization.owner();

        assertThat(owner.get("/api/v1/nothing").outcome()).isEqualTo("404 not_found");
        assertThat(owner.get("/nothing").outcome()).isEqualTo("404 not_found");
        assertThat(owner.delete("/api/v1/organizations").outcome()).isEqualTo("405 method_not_allowed");
        assertThat(owner.delete("/api/v1/organizations").header("Allow")).isEqualTo("GET");
        assertThat(owner.send(
                                "POST",
                                organization.path("/api-keys"),
                                BodyPublishers.ofString("name=x"),
                                "Content-Type",
                                "application/x-www-form-urlencoded")
                        .outcome())
                .isEqualTo("415 unsupported_media_type");
        assertThat(owner.get("/api/v1/organizations", "Accept", "image/png").outcome())
                .isEqualTo("406 not_acceptable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/organizations/%00", "/api/v1/organizations/..%2f..%2fx",
                        "/api/v1/organizations/%27%20OR%201=1",
                "/api/v1//organizations", "/api/v1/organizations/%FF%FE", "/api/v1/organizations/<script>",
                "/api/v1/organizations/org;a=b"
            })
    void hostilePathsAreNobodysOrganization(String path) throws IOException {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: "
                + organization.key(Role.OWNER).text() + "\r\n\r\n");

        assertThat(answer)
                .containsPattern("^HTTP/1.1 40[04]")
                .contains("Content-Type: application/problem+json", "\"code\":\"", "\"message\":\"")
                .doesNotContain("Exception", "\tat ", "Tomcat", "script>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/9.9\r\n\r\n",
                "NONSENSE\r\n\r\n",
                "GET /api/v1/organizations HTTP/1.1\r\n\r\n",
                "GET /api/v1/organizations HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "GET /api/v1/organizations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nothing\r\nConnection: close\r\n\r\n"
            })
    void whatIsNotHttpTellsNothingOfUs(String request) throws IOException {
        assertThat(raw(request)).containsPattern("^HTTP/1.1 [45]").doesNotContain("Exception", "\tat ", "Tomcat");
    }

    @Test
    void headersThatAreTooLongAreRefused() throws IOException {
        String answer = raw("GET /api/v1/organizations HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(40_000)
                + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).containsPattern("^HTTP/1.1 4[03][01]").doesNotContain("Exception");
    }

    @Test
    void answersCarrySecurityHeadersAndLimits() {
        ApiClient.Answer answer = organization.owner().get("/api/v1/organizations");

        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"caller\";q=2000;w=2");
        assertThat(answer.header("RateLimit")).matches("\"caller\";r=\\d+;t=\\d+");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
    }

    private static String raw(String request) throws IOException {
        URI base = URI.create(SYSTEM.baseUrl());
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
