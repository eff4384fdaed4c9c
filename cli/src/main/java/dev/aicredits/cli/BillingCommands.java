package dev.aicredits.cli;

import static dev.aicredits.cli.Column.count;
import static dev.aicredits.cli.Column.text;
import static dev.aicredits.cli.Column.usd;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcpstack billing}. */
@Command(name = "billing", description = "AI credits, plans and payments.")
final class BillingCommands {

    static final Layout STARTED = Layout.ofObject(
            text("Session", "sessionId"),
            text("Pay at", "url"),
            text("Until", "expiresAt"),
            usd("Credits", "creditAmountUsd"),
            text("Plan key", "planKey"));

    private static final Layout SUMMARY = Layout.ofObject(
            usd("Balance", "balanceUsd"),
            text("Status", "status"),
            count("Runway, days", "runwayDays"),
            usd("Spent this month", "monthToDateSpendUsd"),
            usd("Purchased", "purchasedUsd"),
            usd("Used", "usedUsd"),
            usd("Refunded", "refundedUsd"),
            usd("Disputed", "disputedUsd"),
            usd("Adjusted", "adjustedUsd"),
            usd("Last purchase", "lastPurchase.amountUsd"),
            text("Last purchase on", "lastPurchase.createdOn"),
            usd("Top-ups offered", "topUpOptionsUsd"),
            text("As of", "updatedOn"));

    private static final Layout STATUS = Layout.ofObject(
            text("Session", "sessionId"),
            text("Product", "product"),
            text("Status", "status"),
            text("Completed", "completed"),
            usd("Credits", "creditAmountUsd"),
            text("Ledger entry", "ledgerEntryId"),
            text("Plan key", "planKey"));

    private static final String SESSION = "The checkout session's id.";
    private static final String PRODUCT = "What it buys: ai-credits or hosting; found out if left out.";

    private final Session session;
    private final Checkouts checkouts;

    BillingCommands(Session session) {
        this.session = session;
        this.checkouts = new Checkouts(session);
    }

    @Command(name = "status", description = "What is left, how long it lasts, and what was spent.")
    void status(@Mixin Output output) {
        session.show(session.ofOrganization("ai-credits", "summary"), SUMMARY, output);
    }

    @Command(name = "checkout", description = "Starts the purchase of a hosting plan, and prints where to pay.")
    void checkout(
            @Parameters(paramLabel = "<plan key>", description = "One that plans list shows.") String planKey,
            @Mixin Output output) {
        Json plan = Json.object().with("planKey", new Json.Text(planKey));
        session.print(session.api().send("POST", Product.HOSTING.sessions(session), plan), STARTED, output);
    }

    @Command(
            name = "wait",
            description =
                    "Waits until a checkout session is completed. Ends with 1 if it failed, expired or is held for"
                            + " review, with 10 if it is still open when the time is over.")
    int await(
            @Parameters(paramLabel = "<session id>", description = SESSION) String sessionId,
            @Option(names = "--product", paramLabel = "<product>", description = PRODUCT) @Nullable Product product,
            @Option(
                            names = "--timeout",
                            paramLabel = "<seconds>",
                            defaultValue = "600",
                            description = "How long to wait at most; 600 if left out.")
                    int seconds,
            @Mixin Output output) {
        Json status = checkouts.await(sessionId, product, Duration.ofSeconds(seconds));
        session.print(status, STATUS, output);
        if (Checkouts.isCompleted(status)) {
            return ExitCode.DONE.number();
        }
        boolean pending = Checkouts.isPending(status);
        session.say(pending ? "It is not completed yet; the time is over." : "It ended without a purchase.");
        return (pending ? ExitCode.STILL_PENDING : ExitCode.UNFULFILLED).number();
    }

    @Command(name = "sync", description = "Asks Stripe how far a checkout session is, and books what was paid.")
    void sync(
            @Parameters(paramLabel = "<session id>", description = SESSION) String sessionId,
            @Option(names = "--product", paramLabel = "<product>", description = PRODUCT) @Nullable Product product,
            @Mixin Output output) {
        session.print(checkouts.sync(sessionId, product), STATUS, output);
    }
}
