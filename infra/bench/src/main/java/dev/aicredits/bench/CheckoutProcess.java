package dev.aicredits.bench;

import dev.aicredits.access.ApiKey;
import dev.aicredits.checkout.CheckoutSyncApplication;
import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.embedded.Ports;
import dev.aicredits.ledger.LedgerChange;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** The checkout worker as it ships, in a JVM of its own, with sweeps that do not come in between. */
final class CheckoutProcess implements AutoCloseable {

    static final ApiKey KEY = ApiKey.random(new SecureRandom());
    static final String PEPPER = "pepper-of-the-benchmark-pepper-of-the-benchmark";
    static final String WEBHOOK_SECRET = "signing-secret-of-the-benchmark";
    static final String STRIPE_KEY = "sk_test_of_the_benchmark";

    /** It waits more than it computes: on two cores the second compiler takes more than it gives for minutes. */
    private static final List<String> JVM_OPTIONS =
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError");

    private static final String EVENTS = "stripe.events.v1";

    private final JvmProcess process;
    private final int port;

    private CheckoutProcess(JvmProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    static CheckoutProcess start(BenchSystem system, BenchLedger ledger, String stripeUrl) {
        int port = Ports.free();
        List<String> arguments = new ArrayList<>(ConsumerProcess.common(system, ledger));
        arguments.addAll(List.of(
                "--server.port=" + port,
                "--aicredits.checkout-sync.topic=" + ledger.topic(EVENTS),
                "--aicredits.checkout-sync.dead-letter-topic=" + ledger.topic(EVENTS + "-dlt"),
                "--aicredits.checkout-sync.ledger-topic=" + ledger.topic(LedgerChange.TOPIC),
                "--aicredits.checkout-sync.group-id=" + ledger.name(),
                "--aicredits.access.key-peppers=" + PEPPER,
                "--aicredits.checkout-sync.webhook-secrets=" + WEBHOOK_SECRET,
                "--aicredits.checkout-sync.open-age-min=1h",
                "--aicredits.checkout-sync.undelivered-age-min=1h",
                "--aicredits.checkout-sync.stripe.api-key=" + STRIPE_KEY,
                "--aicredits.checkout-sync.stripe.api-base=" + stripeUrl));
        JvmProcess process = JvmProcess.start(
                CheckoutSyncApplication.class,
                ConsumerProcess.withEnvironment(JVM_OPTIONS),
                arguments,
                ConsumerProcess::isStarted);
        return new CheckoutProcess(process, port);
    }

    int port() {
        return port;
    }

    String baseUrl() {
        return "http://" + Ports.LOOPBACK + ":" + port;
    }

    double cpuSeconds() {
        return Cpu.seconds(process.pid());
    }

    @Override
    public void close() {
        process.close();
    }
}
