package dev.aicredits.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.bench.EventSource;
import dev.aicredits.bench.Workload;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.drill.Fleet.Wanted;
import dev.aicredits.drill.Http.Answer;
import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.localstripe.LocalStripe;
import dev.aicredits.localstripe.LocalStripeSettings;
import dev.aicredits.localstripe.WebhookEndpoint;
import dev.aicredits.messaging.ControlSignalMessage;
import dev.aicredits.money.Usd;
import dev.aicredits.testkit.Patience;
import dev.aicredits.testkit.TestDatabase;
import dev.aicredits.testkit.TestInfra;
import dev.aicredits.testkit.TopicReader;
import dev.aicredits.usage.UsageEvent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each service as it is deployed: a process with a port of its own that knows broker and database by its settings alone. */
class ServicesTest {

    private static final Clock CLOCK = Clock.systemUTC();
    private static final String ORGANIZATION = Workload.organizationId(0);
    private static final Workload WORKLOAD = new Workload(1, 1, 1, 0);
    private static final Usd CREDITS = Usd.of("0.01");
    private static final int LOAD_PER_SECOND = 200;

    @TempDir
    private Path logs;

    @Test
    void usageAndAPurchasePassThroughAllOfThemAndAConsumerRestartsUnderLoadWithoutLoss() {
        TestDatabase database = TestInfra.shared().createDatabase();
        String brokers = TestInfra.shared().bootstrapServers();
        Secrets secrets = Secrets.random();
        Ledgers ledger = new Ledgers(CLOCK, database.jdbcUrl(), secrets.rolePassword());
        try (LocalStripe stripe = LocalStripe.start(LocalStripeSettings.of(
                        secrets.stripeKey(), TestInfra.shared().createDatabase().dataSource(), CLOCK));
                Fleet fleet = new Fleet(
                        new Outside(brokers, database.jdbcUrl(), database.user(), database.password()),
                        secrets,
                        List.of(),
                        logs)) {
            fleet.setUp();
            ledger.open(WORKLOAD, CREDITS);
            secrets.handOut(ledger.owner(), ORGANIZATION);
            fleet.start(
                    List.of(
                            Wanted.of(Service.USAGE_CONSUMER, 1),
                            Wanted.of(Service.BUDGET_ENFORCER, 1),
                            Wanted.of(
                                    Service.CHECKOUT_SYNC_WORKER,
                                    1,
                                    "--aicredits.checkout-sync.stripe.api-base=" + stripe.baseUrl()),
                            Wanted.of(Service.BILLING_API, 1)),
                    JvmProcess.SHORT_LIVED);
            String checkout = fleet.one(Service.CHECKOUT_SYNC_WORKER).url();
            stripe.webhooks()
                    .use(WebhookEndpoint.of(URI.create(checkout + "/api/v1/webhooks/stripe"), secrets.webhookSecret()));

            usageSentToTheApiIsBookedAndStopsTheOrganization(fleet, secrets, ledger, brokers);
            theConsumerRestartsUnderLoad(fleet, ledger, brokers);
            aPurchaseIsCreditedAndResumesIt(stripe, checkout, secrets, brokers);

            assertThat(ledger.auditFindings()).isZero();
            assertThat(Http.metric(fleet.one(Service.USAGE_CONSUMER), "aicredits_usage_consumed_total"))
                    .isPresent();
            assertThat(fleet.all()).allMatch(service -> Http.health(service, "").equals("UP"));
            assertThat(fleet.all()).allMatch(ServiceProcess::stop, "ends by itself when it is asked to");
        }
    }

    private static void usageSentToTheApiIsBookedAndStopsTheOrganization(
            Fleet fleet, Secrets secrets, Ledgers ledger, String brokers) {
        EventSource source = new EventSource(CLOCK, UsageEvent.TOPIC, WORKLOAD, 1);
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            events.append(i == 0 ? "[" : ",").append(new String(source.next().value(), StandardCharsets.UTF_8));
        }
        Answer accepted = Http.post(
                organizationUrl(fleet.one(Service.BILLING_API)) + "/usage-events",
                secrets.owner().text(),
                "application/cloudevents-batch+json",
                events.append(']').toString(),
                "");
        assertThat(accepted.status()).isEqualTo(202);
        Patience.awaitTrue("booked", () -> ledger.usageEntries() == 100);
        Answer summary = Http.get(
                organizationUrl(fleet.one(Service.BILLING_API)) + "/ai-credits/summary",
                secrets.owner().text());
        assertThat(summary.json().path("status").asString()).isEqualTo("exhausted");
        Patience.awaitTrue("stopped", () -> signals(brokers).equals(List.of(true)));
    }

    private static void theConsumerRestartsUnderLoad(Fleet fleet, Ledgers ledger, String brokers) {
        ServiceProcess consumer = fleet.one(Service.USAGE_CONSUMER);
        try (UsageLoad load =
                UsageLoad.start(brokers, new EventSource(CLOCK, UsageEvent.TOPIC, WORKLOAD, 2), LOAD_PER_SECOND)) {
            long before = ledger.usageEntries();
            Patience.awaitTrue("it books", () -> ledger.usageEntries() > before);
            assertThat(consumer.stop()).isTrue();
            consumer.startAgain();
            assertThat(load.refused()).isZero();
        }
        Tally tally = Tally.of(brokers);
        Patience.awaitTrue("all is booked", () -> ledger.usageEntries() >= tally.events());
        assertThat(tally.equalsLedger(ledger.owner()))
                .as("each event once, at its price")
                .isTrue();
    }

    private static void aPurchaseIsCreditedAndResumesIt(
            LocalStripe stripe, String checkout, Secrets secrets, String brokers) {
        String sessions = checkout + "/api/v1/organizations/" + ORGANIZATION + "/ai-credits/checkout-session";
        Answer order =
                Http.post(sessions, secrets.owner().text(), "application/json", "{\"creditAmountUsd\":50}", "an-order");
        assertThat(order.status()).isEqualTo(201);
        String session = order.json().path("sessionId").asString();
        stripe.payments().pay(session);
        Patience.awaitTrue("credited", () -> Http.get(
                        sessions + "/" + session + "/status", secrets.owner().text())
                .json()
                .path("completed")
                .asBoolean());
        Patience.awaitTrue("resumed", () -> signals(brokers).equals(List.of(true, false)));
    }

    private static String organizationUrl(ServiceProcess api) {
        return api.url() + "/api/v1/organizations/" + ORGANIZATION;
    }

    /** Of each signal whether it is a stop. */
    private static List<Boolean> signals(String brokers) {
        return TopicReader.read(brokers, ControlSignal.TOPIC).stream()
                .map(record -> ControlSignalMessage.read(record).stops())
                .toList();
    }
}
