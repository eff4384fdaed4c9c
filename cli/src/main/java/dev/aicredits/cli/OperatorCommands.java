package dev.aicredits.cli;

import static dev.aicredits.cli.Column.count;
import static dev.aicredits.cli.Column.inCsv;
import static dev.aicredits.cli.Column.text;
import static dev.aicredits.cli.Column.usd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mcpstack ops}. */
@Command(
        name = "ops",
        description = "For operators, and for an organization's owners and admins: what happened, and what waits.")
final class OperatorCommands {

    private static final Layout AUDIT = Layout.ofPage(
            text("Happened", "happenedOn"),
            text("Who", "actor"),
            text("From", "origin"),
            text("What", "action"),
            text("Subject", "subject"),
            text("Reason", "reason"),
            text("Before", "before"),
            text("After", "after"),
            inCsv("id"));

    private static final Layout INCIDENTS = Layout.ofPage(
            text("Stopped", "stoppedOn"),
            text("Scope", "scope"),
            text("Agent", "agentId"),
            text("User", "externalUserId"),
            text("Reason", "reason"),
            usd("Limit", "limitUsd"),
            usd("Overshoot", "overshootUsd"),
            text("Acknowledged", "stopAcknowledgedOn"),
            text("Resumed", "resumedOn"),
            inCsv("id"),
            inCsv("spentUsd"),
            inCsv("balanceUsd"),
            inCsv("windowStart"),
            inCsv("cause"),
            inCsv("causedBy"),
            inCsv("stopPublishedOn"),
            inCsv("overshootEvents"),
            inCsv("resumeCause"));

    private static final Column[] DIFFERENCE = {
        text("Type", "type"),
        text("Organization", "organizationId"),
        text("Subject", "subject"),
        text("Session", "sessionId"),
        text("Order", "orderState"),
        usd("Stripe", "stripeUsd"),
        usd("Ledger", "ledgerUsd"),
        text("Repairable", "repairable"),
    };

    private static final Layout REPORT = Layout.ofObject(
                    text("From", "from"),
                    text("To", "to"),
                    text("Clean", "clean"),
                    usd("Paid, at Stripe", "stripe.paidUsd"),
                    usd("Paid, in the ledger", "ledger.paidUsd"),
                    usd("Refunded, at Stripe", "stripe.refundedUsd"),
                    usd("Refunded, in the ledger", "ledger.refundedUsd"),
                    usd("Disputed, at Stripe", "stripe.disputedUsd"),
                    usd("Disputed, in the ledger", "ledger.disputedUsd"),
                    usd("Net, at Stripe", "stripe.netUsd"),
                    usd("Net, in the ledger", "ledger.netUsd"),
                    usd("Paid for plans, at Stripe", "plans.paidUsd"),
                    count("Invoices of plans", "plans.invoices"))
            .and("Differences", "differences", DIFFERENCE)
            .withSheet();

    private static final Layout REPAIRED = Layout.ofObject(
                    text("From", "report.from"), text("To", "report.to"), text("Clean now", "report.clean"))
            .and("Differences that are left", "report.differences", DIFFERENCE)
            .and(
                    "Repairs",
                    "repairs",
                    text("Organization", "organizationId"),
                    text("Session", "sessionId"),
                    text("Types", "types"),
                    text("Outcome", "outcome"),
                    text("Subject", "subject"))
            .withSheet();

    private static final Layout TOPICS = Layout.ofList(
            text("Topic", "name"),
            text("Exists", "exists"),
            count("Records", "records"),
            text("Group", "groupId"),
            text("State", "state"),
            count("Members", "members"),
            count("Lag", "lagRecords"),
            count("Seconds", "lagSeconds"));

    private final Session session;

    OperatorCommands(Session session) {
        this.session = session;
    }

    @Command(name = "audit", description = "Lists who changed what in the organization, the newest first.")
    void audit(@Mixin Paging paging, @Mixin Output output) {
        session.showPages(session.ofOrganization("audit-log"), AUDIT, paging, output);
    }

    @Command(
            name = "incidents",
            description = "Lists who of the organization was stopped, why, and what it cost, the newest first.")
    void incidents(@Mixin Paging paging, @Mixin Output output) {
        session.showPages(session.ofOrganization("incidents"), INCIDENTS, paging, output);
    }

    @Command(
            name = "topics",
            description =
                    "Lists the topics and, for each consumer group, how far behind it is: in records, and in the seconds"
                            + " that the oldest of them has waited.")
    void topics(@Mixin Output output) {
        Json topics = session.api().get(Route.of("operations", "topics"));
        session.print(output.isWhole() ? topics : byGroup(topics), TOPICS, output);
    }

    /** A row for each group of each topic, and one for a topic that has none. */
    private static Json byGroup(Json topics) {
        List<Json> rows = new ArrayList<>();
        for (Json topic : elements(topics)) {
            List<Json> groups = elements(topic.at("groups"));
            for (Json group : groups.isEmpty() ? List.<Json>of(Json.object()) : groups) {
                rows.add(joined(topic, group));
            }
        }
        return new Json.Elements(rows);
    }

    private static List<Json> elements(@Nullable Json list) {
        return list instanceof Json.Elements elements ? elements.values() : List.of();
    }

    private static Json joined(Json topic, Json group) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (Json part : List.of(topic, group)) {
            members.putAll(part instanceof Json.Members object ? object.values() : Map.of());
        }
        return new Json.Members(members);
    }

    @Command(
            name = "reconcile",
            description =
                    "Compares every payment, refund and dispute of a period at Stripe, and what was paid for plans, with"
                            + " orders and ledger. Ends"
                            + " with 1 if there is a difference, after a repair if one is left.")
    int reconcile(
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "<time>",
                            description = "Where the period begins: a UTC date, or an RFC 3339 time in whole seconds.")
                    String from,
            @Option(names = "--to", required = true, paramLabel = "<time>", description = "The first moment after it.")
                    String to,
            @Option(names = "--repair", description = "Repairs what is safe to repair, and prints what was done.")
                    boolean repair,
            @Mixin Output output) {
        Route route = Route.of("operator", "reconciliation");
        route = (repair ? route.then("repairs") : route).with("from", from).with("to", to);
        Json answer = session.api()
                .call(repair ? "POST" : "GET", route, null, session.limits().report());
        session.print(answer, repair ? REPAIRED : REPORT, output);
        boolean clean = answer.isTrueAt(repair ? "report.clean" : "clean");
        return (clean ? ExitCode.DONE : ExitCode.UNFULFILLED).number();
    }
}
