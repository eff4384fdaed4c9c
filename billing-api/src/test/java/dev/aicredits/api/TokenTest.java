package dev.aicredits.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.aicredits.ledger.Member.Role;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which tokens of the identity provider are taken, and how credentials are shown. */
class TokenTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final TestOrganization ORGANIZATION = SYSTEM.organization();
    private static final String WHO = "/api/v1/cli/whoami";

    private static TestIssuer issuer() {
        return SYSTEM.issuer();
    }

    private static JWTClaimsSet.Builder good() {
        return issuer().claims(ORGANIZATION.member(Role.OWNER), ApiSystem.AUDIENCE);
    }

    private static Date inSeconds(int seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    @Test
    void aGoodTokenSaysWhoItIs() {
        ApiClient.Answer answer = SYSTEM.bearer(issuer().signed(good().build())).get(WHO);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("principalId")).isEqualTo(ORGANIZATION.member(Role.OWNER));
        assertThat(answer.json().path("organization").path("roleKey").asString())
                .isEqualTo("owner");
        assertThat(SYSTEM.person("usr_stranger").get(WHO).status()).isEqualTo(200);
        assertThat(SYSTEM.person("usr_stranger").get("/api/v1/organizations").body())
                .isEqualTo("[]");
    }

    static List<Map.Entry<String, String>> forged() {
        JWTClaimsSet good = good().build();
        return List.of(
                Map.entry(
                        "wrong issuer",
                        issuer().signed(good().issuer("http://127.0.0.1:1").build())),
                Map.entry("no issuer", issuer().signed(good().issuer(null).build())),
                Map.entry(
                        "wrong audience",
                        issuer().signed(good().audience("another").build())),
                Map.entry(
                        "no audience",
                        issuer().signed(good().audience((String) null).build())),
                Map.entry("algorithm none", issuer().unsigned(good)),
                Map.entry("HS256 with the public key", issuer().signedWithPublicKey(good)),
                Map.entry("another key under our key's id", issuer().signedByAnother(good)),
                Map.entry(
                        "expired",
                        issuer().signed(good().expirationTime(inSeconds(-60)).build())),
                Map.entry(
                        "without an end",
                        issuer().signed(good().expirationTime(null).build())),
                Map.entry(
                        "not yet valid",
                        issuer().signed(good().notBeforeTime(inSeconds(120)).build())),
                Map.entry("no subject", issuer().signed(good().subject(null).build())),
                Map.entry(
                        "a subject that no table can hold",
                        issuer().signed(good().subject("usr\u0000").build())),
                Map.entry("blank subject", issuer().signed(good().subject(" ").build())),
                Map.entry("a signature cut off", issuer().signed(good).replaceAll("[^.]+$", "")),
                Map.entry("a changed claim", changed(issuer().signed(good))));
    }

    /** The claims of another token of the same issuer, under this one's signature. */
    private static String changed(String token) {
        String[] parts = token.split("\\.", 3);
        String others = issuer().token("usr_somebody_else", ApiSystem.AUDIENCE).split("\\.", 3)[1];
        return parts[0] + "." + others + "." + parts[2];
    }

    @ParameterizedTest
    @MethodSource("forged")
    void noOtherTokenIsTaken(Map.Entry<String, String> token) {
        ApiClient.Answer answer = SYSTEM.bearer(token.getValue()).get(WHO);

        assertThat(answer.outcome()).as(token.getKey()).isEqualTo("401 unauthenticated");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        assertThat(answer.text("message")).isEqualTo(answer.text("detail"));
    }

    @Test
    void aKeyIsShownInEitherHeaderAndOnce() {
        String key = ORGANIZATION.key(Role.VIEWER).text();
        ApiClient nobody = SYSTEM.anonymous();

        assertThat(nobody.get(WHO, "X-API-Key", key).status()).isEqualTo(200);
        assertThat(nobody.get(WHO, "Authorization", "bearer " + key).status()).isEqualTo(200);
        for (String[] headers : List.of(
                new String[] {"Authorization", "Basic " + key},
                new String[] {"Authorization", key},
                new String[] {"Authorization", "Bearer "},
                new String[] {"X-API-Key", ""},
                new String[] {"X-API-Key", key, "Authorization", "Bearer " + key},
                new String[] {"X-API-Key", key, "X-API-Key", key})) {
            assertThat(nobody.get(WHO, headers).outcome()).isEqualTo("401 unauthenticated");
        }
    }
}
