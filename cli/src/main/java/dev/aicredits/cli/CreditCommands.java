package dev.aicredits.cli;

import static dev.aicredits.cli.Column.inCsv;
import static dev.aicredits.cli.Column.text;
import static dev.aicredits.cli.Column.usd;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcpstack billing credits}. */
@Command(name = "credits", description = "AI credits: buy them, and see where they went.")
final class CreditCommands {

    /** Which entries. */
    enum Category {
        purchases,
        usage
    }

    /** The options that choose entries. */
    static final class Filter {
        @Option(
                names = "--category",
                paramLabel = "<category>",
                description = "usage, or purchases, which is all the rest.")
        @Nullable Category category;

        @Option(names = "--agent", paramLabel = "<agent>", description = "Entries of this agent.")
        @Nullable String agent;

        @Option(names = "--user", paramLabel = "<external user>", description = "Entries of this external user.")
        @Nullable String user;

        @Option(
                names = "--from",
                paramLabel = "<time>",
                description = "Booked then or later: a UTC date or an RFC 3339 time.")
        @Nullable String from;

        @Option(names = "--to", paramLabel = "<time>", description = "Booked before.")
        @Nullable String to;

        Route applied(Route ledger) {
            return ledger.with("category", category)
                    .with("agentId", agent)
                    .with("externalUserId", user)
                    .with("from", from)
                    .with("to", to);
        }
    }

    private static final Layout LEDGER = Layout.ofPage(
            text("Id", "id"),
            text("Booked", "createdOn"),
            text("Kind", "entryKind"),
            usd("Amount", "amountUsd"),
            usd("Balance after", "balanceAfterUsd"),
            text("Agent", "agentId"),
            text("User", "externalUserId"),
            text("Model", "model"),
            text("Description", "description"),
            inCsv("occurredOn"),
            inCsv("usageKind"),
            inCsv("provider"),
            inCsv("inputTokens"),
            inCsv("cachedInputTokens"),
            inCsv("cacheCreationInputTokens"),
            inCsv("outputTokens"),
            inCsv("quantity"),
            inCsv("unit"),
            inCsv("rateCardVersion"),
            inCsv("sessionId"),
            inCsv("refundId"),
            inCsv("disputeId"));

    private final Session session;

    CreditCommands(Session session) {
        this.session = session;
    }

    @Command(name = "checkout", description = "Starts a purchase of credits, and prints where to pay.")
    void checkout(
            @Parameters(paramLabel = "<usd>", description = "How much, such as 50.") Usd amount, @Mixin Output output) {
        Json purchase = Json.object().with("creditAmountUsd", Json.amount(amount.amount()));
        session.print(
                session.api().send("POST", Product.AI_CREDITS.sessions(session), purchase),
                BillingCommands.STARTED,
                output);
    }

    @Command(name = "ledger", description = "Lists what was bought and used, the newest first.")
    void ledger(@Mixin Filter filter, @Mixin Paging paging, @Mixin Output output) {
        session.showPages(filter.applied(session.ofOrganization("ai-credits", "ledger")), LEDGER, paging, output);
    }
}
