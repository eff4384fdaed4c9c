package dev.aicredits.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.access.ApiKey;
import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.ledger.Member.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** API keys from their making to their end. */
class ApiKeysTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final Duration LIFE = Duration.ofDays(90);
    private static final String WHO = "/api/v1/cli/whoami";

    private final TestOrganization organization = SYSTEM.organization();

    @Test
    void aKeyIsShownOnceAndStoredAsAHash() {
        ApiClient.Answer made = make(organization.owner(), "{\"name\":\"CI\",\"roleKey\":\"developer\"}");

        String key = made.text("key");
        assertThat(made.status()).isEqualTo(201);
        assertThat(key).matches("mcpstack_sk_[0-9a-f]{16}_[0-9a-f]{64}");
        assertThat(key).startsWith(made.text("prefix") + "_");
        assertThat(SYSTEM.bearer(key)
                        .get(WHO)
                        .json()
                        .path("organization")
                        .path("roleKey")
                        .asString())
                .isEqualTo("developer");
        assertThat(organization.owner().get(organization.path("/api-keys")).body())
                .doesNotContain(secretOf(key));
        assertThat(SYSTEM.superuser()
                        .sql("SELECT string_agg(k::text, '') FROM api_key k")
                        .query(String.class)
                        .single())
                .doesNotContain(secretOf(key));
        assertThat(audited().toString()).contains("api_key_created").doesNotContain(secretOf(key));
    }

    @Test
    void aKeyHasNoMoreThanItsMaker() {
        ApiClient admin = organization.with(Role.ADMIN);

        assertThat(make(admin, "{\"name\":\"up\",\"roleKey\":\"owner\"}").outcome())
                .isEqualTo("403 role_not_allowed");
        assertThat(admin.post(keyPath(organization.key(Role.OWNER)) + "/rotate", "{}")
                        .outcome())
                .isEqualTo("403 role_not_allowed");
        assertThat(admin.delete(keyPath(organization.key(Role.OWNER))).outcome())
                .isEqualTo("403 role_not_allowed");
        assertThat(make(admin, "{\"name\":\"up\",\"roleKey\":\"operator\"}").outcome())
                .isEqualTo("400 invalid_field");
        assertThat(roles(admin)).containsExactly("admin", "developer", "viewer");
        assertThat(roles(organization.owner())).containsExactly("owner", "admin", "developer", "viewer");
    }

    private List<String> roles(ApiClient client) {
        return client.get(organization.path("/api-keys/roles"))
                .json()
                .valueStream()
                .map(role -> role.path("roleKey").asString())
                .toList();
    }

    @Test
    void aRevokedKeyEndsAtOnce() {
        ApiKey key = organization.key(Role.DEVELOPER);
        assertThat(SYSTEM.bearer(key.text()).get(WHO).status()).isEqualTo(200);

        assertThat(organization.owner().delete(keyPath(key)).status()).isEqualTo(204);

        assertThat(SYSTEM.bearer(key.text()).get(WHO).outcome()).isEqualTo("401 unauthenticated");
        assertThat(organization.owner().delete(keyPath(key)).status()).isEqualTo(204);
        assertThat(audited()).hasSize(1);
        assertThat(listed(key).path("status").asString()).isEqualTo("revoked");
    }

    @Test
    void aKeyThatIsRotatedGoesOnBesideTheNewOneForAWhile() {
        ApiKey old = organization.key(Role.ADMIN);

        ApiClient.Answer made = organization.owner().post(keyPath(old) + "/rotate", "{\"overlapHours\":2}");

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.text("replacesKeyId")).isEqualTo(old.keyId());
        assertThat(SYSTEM.bearer(made.text("key")).get(WHO).status()).isEqualTo(200);
        assertThat(SYSTEM.bearer(old.text()).get(WHO).status()).isEqualTo(200);
        assertThat(Instant.parse(listed(old).path("expiresAt").asString()))
                .isBetween(Instant.now().plusSeconds(7000), Instant.now().plusSeconds(7300));

        organization.owner().post(keyPath(old) + "/rotate", "{\"overlapHours\":0}");

        assertThat(SYSTEM.bearer(old.text()).get(WHO).outcome()).isEqualTo("401 unauthenticated");
        assertThat(organization.owner().post(keyPath(old) + "/rotate", "{}").outcome())
                .isEqualTo("409 api_key_not_active");
    }

    /** The answer of a rotation may be lost; whoever asks again gets as good a key. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "0, 1, 0", "1, 0, 2"})
    void aKeyThatIsRotatedAgainGivesOneThatLivesAsLong(int first, int second, int third) {
        for (String life : List.of("", ",\"expiresAt\":\"" + Instant.now().plus(LIFE) + "\"")) {
            List<String> keys = new ArrayList<>();
            keys.add(make(organization.owner(), "{\"name\":\"CI\",\"roleKey\":\"viewer\"" + life + "}")
                    .text("keyId"));
            for (int rotated : List.of(0, 0, first, second, third)) {
                keys.add(organization
                        .owner()
                        .post(organization.path("/api-keys/" + keys.get(rotated) + "/rotate"), "{\"overlapHours\":1}")
                        .text("keyId"));
            }
            JsonNode last = listed(keys.get(keys.size() - 1));
            if (life.isEmpty()) {
                assertThat(last.path("expiresAt").isNull()).isTrue();
            } else {
                assertThat(Instant.parse(last.path("expiresAt").asString()))
                        .isBetween(
                                Instant.now().plus(LIFE).minusSeconds(60),
                                Instant.now().plus(LIFE));
            }
        }
    }

    @Test
    void theLastUseIsShown() {
        ApiKey key = organization.key(Role.VIEWER);
        assertThat(listed(key).path("lastUsedOn").isNull()).isTrue();

        SYSTEM.bearer(key.text()).get(WHO);

        assertThat(Instant.parse(listed(key).path("lastUsedOn").asString()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
    }

    @Test
    void anotherOrganizationsKeyIsNotThere() {
        TestOrganization other = SYSTEM.organization();
        ApiKey foreign = other.key(Role.VIEWER);

        assertThat(organization.owner().delete(keyPath(foreign)).outcome()).isEqualTo("404 api_key_not_found");
        assertThat(organization.owner().post(keyPath(foreign) + "/rotate", "{}").outcome())
                .isEqualTo("404 api_key_not_found");
        assertThat(SYSTEM.bearer(foreign.text()).get(WHO).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"roleKey\":\"viewer\"}",
                "{\"name\":\" \",\"roleKey\":\"viewer\"}",
                "{\"name\":null,\"roleKey\":\"viewer\"}",
                "{\"name\":7,\"roleKey\":\"viewer\"}",
                "{\"name\":\"a\\u0000b\",\"roleKey\":\"viewer\"}",
                "{\"name\":\"a\\nb\",\"roleKey\":\"viewer\"}",
                "{\"name\":\"\\ud800\",\"roleKey\":\"viewer\"}",
                "{\"name\":\"x\"}",
                "{\"name\":\"x\",\"roleKey\":\"viewer\",\"key\":\"mine\"}",
                "{\"name\":\"x\",\"roleKey\":\"viewer\",\"description\":\"a\\u0007\"}",
                "{\"name\":\"x\",\"roleKey\":\"viewer\",\"expiresAt\":\"yesterday\"}",
                "{\"name\":\"x\",\"roleKey\":\"viewer\",\"expiresAt\":\"2020-01-01T00:00:00Z\"}",
                "{\"name\":\"x\",\"roleKey\":\"viewer\",\"expiresAt\":\"+999999999-01-01T00:00:00Z\"}",
                "{\"name\":\"x\",\"roleKey\":\"viewer\",\"expiresAt\":4102444800}",
                "{\"name\":\"x\",\"roleKey\":\"viewer\",\"expiresAt\":\"2999-01-01T00:00:00Z\"}"
            })
    void whatIsNoKeyMakesNone(String body) {
        ApiClient.Answer answer = make(organization.owner(), body);

        assertThat(answer.outcome()).isEqualTo("400 invalid_field");
        assertThat(audited()).isEmpty();
    }

    @Test
    void aNameOfAnyLanguageIsKept() {
        String name = "Schlüssel <b>№1</b> 🔑 '; DROP TABLE api_key; --";

        ApiClient.Answer made = make(
                organization.owner(),
                "{\"name\":\"" + name + "\",\"roleKey\":\"viewer\",\"expiresAt\":\"2030-01-01T00:00:00+02:00\"}");

        assertThat(made.text("name")).isEqualTo(name);
        assertThat(made.text("expiresAt")).isEqualTo("2029-12-31T22:00:00Z");
        assertThat(make(organization.owner(), "{\"name\":\"" + "x".repeat(201) + "\",\"roleKey\":\"viewer\"}")
                        .outcome())
                .isEqualTo("400 invalid_field");
    }

    private ApiClient.Answer make(ApiClient client, String body) {
        return client.post(organization.path("/api-keys"), body);
    }

    private String keyPath(ApiKey key) {
        return organization.path("/api-keys/" + key.keyId());
    }

    private JsonNode listed(ApiKey key) {
        return listed(key.keyId());
    }

    private JsonNode listed(String keyId) {
        return organization
                .owner()
                .get(organization.path("/api-keys"))
                .json()
                .valueStream()
                .filter(listed -> listed.path("keyId").asString().equals(keyId))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode audited() {
        return organization.owner().get(organization.path("/audit-log")).json().path("data");
    }

    private static String secretOf(String key) {
        return key.substring(key.lastIndexOf('_') + 1);
    }
}
