package dev.aicredits.bench;

import dev.aicredits.access.ApiKey;
import dev.aicredits.access.KeyHashes;
import dev.aicredits.api.BillingApiApplication;
import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.embedded.Ports;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The REST API as it ships, in a JVM of its own, with a key for one organization and no limit on how often it calls. */
final class ApiProcess implements AutoCloseable {

    /** Can be chosen at the sign-in. */
    static final String PERSON = "usr_bench";

    private static final String PEPPER = "pepper-of-the-benchmark-pepper-of-the-benchmark";
    private static final List<String> JVM_OPTIONS =
            List.of("-Xmx512m", "-XX:+UseParallelGC", "-XX:+ExitOnOutOfMemoryError");

    private final JvmProcess process;
    private final int port;
    private final String key;

    private ApiProcess(JvmProcess process, int port, String key) {
        this.process = process;
        this.port = port;
        this.key = key;
    }

    static ApiProcess start(BenchSystem system, BenchLedger ledger, String organizationId) {
        ApiKey key = ApiKey.random(new SecureRandom());
        addKey(ledger, organizationId, key);
        addPerson(ledger, organizationId);
        int port = Ports.free();
        List<String> arguments = new ArrayList<>(ConsumerProcess.common(system, ledger));
        arguments.addAll(List.of(
                "--server.port=" + port,
                "--aicredits.access.key-peppers=" + PEPPER,
                "--aicredits.access.requests-per-second=1000000",
                "--aicredits.access.requests-burst=1000000",
                "--aicredits.pages.demo-sign-in=true"));
        JvmProcess process = JvmProcess.start(
                BillingApiApplication.class,
                ConsumerProcess.withEnvironment(JVM_OPTIONS),
                arguments,
                ConsumerProcess::isStarted);
        return new ApiProcess(process, port, key.text());
    }

    private static void addKey(BenchLedger ledger, String organizationId, ApiKey key) {
        JdbcClient.create(ledger.superuser())
                .sql("""
                        WITH o AS (SELECT organization_id FROM organization WHERE public_id = :organization),
                             d AS (INSERT INTO api_key_directory SELECT :key, organization_id FROM o)
                        INSERT INTO api_key (organization_id, key_id, name, role_key, secret_hash, created_by, created_at)
                        SELECT organization_id, :key, 'benchmark', 'owner', :hash, 'benchmark', now() FROM o
                        """)
                .param("organization", organizationId)
                .param("key", key.keyId())
                .param("hash", new KeyHashes(List.of(PEPPER)).hash(key))
                .update();
    }

    /** Who is shown every page. */
    private static void addPerson(BenchLedger ledger, String organizationId) {
        JdbcClient.create(ledger.superuser())
                .sql("""
                        WITH person AS (INSERT INTO operator (principal_id, display_name) VALUES (:person, 'Benchmark'))
                        INSERT INTO member (organization_id, principal_id, display_name, email, role_key)
                        SELECT organization_id, :person, 'Benchmark', 'benchmark@example.com', 'owner'
                          FROM organization WHERE public_id = :organization
                        """)
                .param("person", PERSON)
                .param("organization", organizationId)
                .update();
    }

    int port() {
        return port;
    }

    String key() {
        return key;
    }

    /** The header that calls with the key. */
    String authorization() {
        return "Authorization: Bearer " + key;
    }

    long pid() {
        return process.pid();
    }

    double cpuSeconds() {
        return Cpu.seconds(process.pid());
    }

    @Override
    public void close() {
        process.close();
    }
}
