package dev.aicredits.api;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** An identity provider: its discovery document, its keys, and the tokens that it, or a forger, makes. */
public final class TestIssuer implements AutoCloseable {

    public static final String CLIENT_ID = "pages-of-tests";
    public static final String CLIENT_SECRET = "secret-of-pages-of-tests";

    private static final String KEY_ID = "key-of-tests";

    private final HttpServer server;
    private final RSAKey key;
    private final Map<String, String> idTokens = new ConcurrentHashMap<>();

    private TestIssuer(HttpServer server, RSAKey key) {
        this.server = server;
        this.key = key;
    }

    static TestIssuer start() {
        return startOn(0);
    }

    /** On a port that may be given before there is anybody; 0 takes a free one. */
    public static TestIssuer startOn(int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            RSAKey key = new RSAKeyGenerator(2048).keyID(KEY_ID).generate();
            TestIssuer issuer = new TestIssuer(server, key);
            String discovery = "{\"issuer\":\"" + issuer.url() + "\",\"jwks_uri\":\"" + issuer.url() + "/jwks\","
                    + "\"authorization_endpoint\":\"" + issuer.url() + "/authorize\","
                    + "\"token_endpoint\":\"" + issuer.url() + "/token\","
                    + "\"subject_types_supported\":[\"public\"]}";
            server.createContext("/.well-known/openid-configuration", exchange -> answer(exchange, discovery));
            server.createContext("/jwks", exchange -> answer(exchange, new JWKSet(key.toPublicJWK()).toString()));
            server.createContext("/token", issuer::exchangeCode);
            server.start();
            return issuer;
        } catch (IOException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From now on it refuses connections. */
    @Override
    public void close() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** What a browser comes back with once the subject has signed in; {@code nonce} is of the request that it came with. */
    public String code(String subject, String nonce) {
        String code = UUID.randomUUID().toString();
        idTokens.put(
                code, signed(claims(subject, CLIENT_ID).claim("nonce", nonce).build()));
        return code;
    }

    private void exchangeCode(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String code = body.replaceFirst("(^|.*&)code=([^&]*).*", "$2");
        String idToken = idTokens.remove(code);
        String client = "Basic "
                + Base64.getEncoder()
                        .encodeToString((CLIENT_ID + ":" + CLIENT_SECRET).getBytes(StandardCharsets.UTF_8));
        if (idToken == null || !client.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.sendResponseHeaders(400, -1);
            exchange.close();
            return;
        }
        answer(
                exchange,
                "{\"access_token\":\"unused\",\"token_type\":\"Bearer\",\"expires_in\":300,\"scope\":\"openid\",\"id_token\":\""
                        + idToken + "\"}");
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** A good one. */
    public String token(String subject, String audience) {
        return signed(claims(subject, audience).build());
    }

    /** The claims of a good one. */
    public JWTClaimsSet.Builder claims(String subject, String audience) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .audience(audience)
                .subject(subject)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    public String signed(JWTClaimsSet claims) {
        return signed(claims, key);
    }

    /** By a key that is not ours, under our key's id. */
    public String signedByAnother(JWTClaimsSet claims) {
        try {
            return signed(claims, new RSAKeyGenerator(2048).keyID(KEY_ID).generate());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(JWTClaimsSet claims, RSAKey by) {
        try {
            return sign(claims, JWSAlgorithm.RS256, new RSASSASigner(by));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With the public key for a shared secret, which a checker that trusts the token's own algorithm takes. */
    public String signedWithPublicKey(JWTClaimsSet claims) {
        try {
            return sign(
                    claims,
                    JWSAlgorithm.HS256,
                    new MACSigner(key.toRSAPublicKey().getEncoded()));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With the algorithm {@code none}. */
    public String unsigned(JWTClaimsSet claims) {
        return new PlainJWT(claims).serialize();
    }

    private static String sign(JWTClaimsSet claims, JWSAlgorithm algorithm, JWSSigner signer) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm)
                        .keyID(KEY_ID)
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims);
        token.sign(signer);
        return token.serialize();
    }
}
