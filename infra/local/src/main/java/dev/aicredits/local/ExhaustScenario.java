package dev.aicredits.local;

import dev.aicredits.control.ControlSignal;
import dev.aicredits.embedded.StartupFailure;
import dev.aicredits.ledger.Member;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.money.Usd;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;

/** Plays how credits run out and agents are stopped, and how a purchase lets them go on; a line for each step. */
final class ExhaustScenario implements Consumer<ControlSignal> {

    /** Has enough for a few seconds of work. */
    static final DemoOrganization TENANT = new DemoOrganization(
            "org_initech",
            "Initech",
            Usd.of("0.05"),
            List.of(new DemoOrganization.Agent("ag_reporter", "Reporter")),
            List.of(new DemoOrganization.ExternalUser("user_bill", "Bill")),
            List.of(new Member("usr_peter", "Peter Owner", "peter@example.com", Role.OWNER), DemoOrganization.PERSON));

    static final int EVENTS_PER_SECOND = 25;

    private static final Duration STEP_MAX = Duration.ofSeconds(20);
    /** By then what was produced before the stop is booked too. */
    private static final Duration UNDER_WAY_MAX = Duration.ofSeconds(1);

    private static final Duration STANDSTILL = Duration.ofSeconds(2);
    private static final int PURCHASE_USD = 5;
    private static final JsonMapper JSON = new JsonMapper();

    private final Terminal terminal;
    private final BlockingQueue<ControlSignal> obeyed = new LinkedBlockingQueue<>();

    ExhaustScenario(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A signal that the platform has obeyed. */
    @Override
    public void accept(ControlSignal signal) {
        if (signal.target().organizationId().equals(TENANT.id())) {
            obeyed.add(signal);
        }
    }

    /** Plays it on a system that is up and whose platform works for {@link #TENANT}. */
    void play(LocalDatabase database, DemoEnv demoEnv) throws InterruptedException {
        String agent = TENANT.agents().get(0).id();
        try (JdbcScenario ledger = JdbcScenario.open(database, TENANT.id())) {
            terminal.step(TENANT.id() + " has " + ledger.balance() + " USD, and " + agent + " works");
            ControlSignal stop = await(ControlSignal::stops, "a stop");
            terminal.step(
                    "stop " + stop.version() + ", " + stop.target().layer().reason() + ": " + agent
                            + " stands still; balance " + ledger.balance() + " USD");
            terminal.step("acknowledged " + ledger.awaitAcknowledgement(stop.version(), STEP_MAX));
            TimeUnit.MILLISECONDS.sleep(UNDER_WAY_MAX.toMillis());
            long entries = ledger.entries();
            TimeUnit.MILLISECONDS.sleep(STANDSTILL.toMillis());
            terminal.step("in " + STANDSTILL.toSeconds() + " s nothing more was debited: "
                    + (ledger.entries() - entries) + " entries");
            String session = buy(demoEnv);
            terminal.step("bought " + PURCHASE_USD + " USD: " + session + " is paid");
            ControlSignal resume = await(signal -> !signal.stops() && signal.version() > stop.version(), "a resume");
            terminal.step("resume " + resume.version() + ", because of " + resume.cause() + ": " + agent
                    + " goes on; balance " + ledger.balance() + " USD");
            ledger.awaitEntriesAfter(ledger.entries(), STEP_MAX);
            terminal.step("it is debited again; balance " + ledger.balance() + " USD");
        }
    }

    private ControlSignal await(Predicate<ControlSignal> wanted, String what) throws InterruptedException {
        long deadline = System.nanoTime() + STEP_MAX.toNanos();
        while (true) {
            ControlSignal signal = obeyed.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (signal == null) {
                throw new StartupFailure(
                        "no " + what.replaceFirst("^an? ", "") + " came within " + STEP_MAX.toSeconds() + " s");
            }
            if (wanted.test(signal)) {
                return signal;
            }
        }
    }

    /** Starts a purchase and pays it in the customer's place. */
    private static String buy(DemoEnv demoEnv) throws InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        String answer = post(
                http,
                HttpRequest.newBuilder(URI.create(demoEnv.url() + "/api/v1/organizations/" + TENANT.id()
                                + "/ai-credits/checkout-session"))
                        .header(
                                "Authorization",
                                "Bearer " + demoEnv.keys().person().text())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"creditAmountUsd\":" + PURCHASE_USD + "}")));
        String session = JSON.readTree(answer).path("sessionId").asString();
        post(
                http,
                HttpRequest.newBuilder(URI.create(demoEnv.localStripeUrl() + "/control/sessions/" + session + "/pay"))
                        .POST(BodyPublishers.noBody()));
        return session;
    }

    private static String post(HttpClient http, HttpRequest.Builder request) throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(request.timeout(STEP_MAX).build(), BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new StartupFailure("the purchase was answered " + answer.statusCode());
            }
            return answer.body();
        } catch (IOException e) {
            throw new StartupFailure("the purchase was not answered: " + e.getMessage());
        }
    }
}
