package dev.aicredits.cli;

import static dev.aicredits.cli.Column.count;
import static dev.aicredits.cli.Column.inCsv;
import static dev.aicredits.cli.Column.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcpstack ops dead-letters}. */
@Command(name = "dead-letters", description = "For operators: what on a topic could not be used, and sending it back.")
final class DeadLetterCommands {

    /** The options that choose letters. */
    static final class Choice {
        @Option(names = "--topic", paramLabel = "<topic>", description = "Of this dead-letter topic.")
        @Nullable String topic;

        @Option(names = "--reason", paramLabel = "<reason>", description = "Refused for this reason.")
        @Nullable String reason;

        @Option(names = "--organization", paramLabel = "<id>", description = "Whose key names this organization.")
        @Nullable String organization;

        @Option(
                names = "--from",
                paramLabel = "<time>",
                description = "Refused then or later: a UTC date, or an RFC 3339 time.")
        @Nullable String from;

        @Option(names = "--to", paramLabel = "<time>", description = "Refused before.")
        @Nullable String to;

        private Map<String, @Nullable String> parameters() {
            Map<String, @Nullable String> parameters = new LinkedHashMap<>();
            parameters.put("topic", topic);
            parameters.put("reason", reason);
            parameters.put("organizationId", organization);
            parameters.put("from", from);
            parameters.put("to", to);
            return parameters;
        }
    }

    private static final Column[] WHERE = {
        text("Reason", "reason"),
        text("Detail", "detail"),
        text("Organization", "organizationId"),
        text("Produced", "producedOn"),
        text("Refused", "refusedOn"),
        text("Replayed", "replayedOn"),
    };

    private static final Layout LIST = Layout.ofPage(
            text("Id", "id"),
            WHERE[0],
            WHERE[2],
            WHERE[4],
            WHERE[5],
            WHERE[1],
            inCsv("value.content"),
            inCsv("originTopic"),
            inCsv("originPartition"),
            inCsv("originOffset"),
            inCsv("producedOn"),
            inCsv("replayedBy"),
            inCsv("value.encoding"),
            inCsv("value.size"));

    private static final Layout ONE = Layout.ofObject(
                    text("Id", "id"),
                    WHERE[0],
                    WHERE[1],
                    WHERE[2],
                    text("From topic", "originTopic"),
                    count("Partition", "originPartition"),
                    count("Offset", "originOffset"),
                    WHERE[3],
                    WHERE[4],
                    WHERE[5],
                    text("Replayed by", "replayedBy"),
                    text("Key", "key.content"),
                    text("Encoding", "value.encoding"),
                    count("Bytes", "value.size"),
                    text("Cut", "value.truncated"),
                    text("Value", "value.content"))
            .and("Headers", "headers", text("Name", "name"), text("Value", "value.content"));

    private static final Layout REPLAYED = Layout.ofObject(
                    count("Looked at", "scanned"),
                    count("Replayed", "counts.replayed"),
                    count("Would be replayed", "counts.would_replay"),
                    count("Replayed before", "counts.already_replayed"),
                    count("Not acknowledged", "counts.not_acknowledged"),
                    count("Not replayable", "counts.not_replayable"),
                    count("Not there", "counts.not_found"))
            .and(
                    "Letters",
                    "data",
                    text("Id", "id"),
                    text("Outcome", "outcome"),
                    text("Reason", "reason"),
                    text("Organization", "organizationId"))
            .withSheet();

    /** What became of letters that are no nearer to where they came from. */
    private static final List<String> NOT_REPLAYED = List.of("not_acknowledged", "not_replayable", "not_found");

    private final Session session;

    DeadLetterCommands(Session session) {
        this.session = session;
    }

    @Command(name = "list", description = "Lists dead letters, by topic, partition and offset.")
    void list(@Mixin Choice choice, @Mixin Paging paging, @Mixin Output output) {
        Route route = letters();
        for (Map.Entry<String, @Nullable String> parameter : choice.parameters().entrySet()) {
            route = route.with(parameter.getKey(), parameter.getValue());
        }
        session.showPages(route, LIST, paging, output);
    }

    @Command(name = "show", description = "Shows one, with its bytes and headers.")
    void show(
            @Parameters(paramLabel = "<id>", description = "topic/partition/offset, as list shows it.") String id,
            @Mixin Output output) {
        session.show(letters().then(id.split("/", -1)), ONE, output);
    }

    @Command(
            name = "replay",
            description =
                    "Sends letters back to the topic they came from: those that are named, or those that match. Safe to"
                            + " repeat: what was done before is a duplicate. Ends with 1 if one could not be sent.")
    int replay(
            @Parameters(arity = "0..*", paramLabel = "<id>", description = "topic/partition/offset, as list shows it.")
                    @Nullable List<String> ids,
            @Mixin Choice choice,
            @Option(names = "--all-letters", description = "All there are, of whatever reason.") boolean all,
            @Option(names = "--dry-run", description = "Only tells what would be done.") boolean dryRun,
            @Option(names = "--again", description = "Those that were replayed before, too.") boolean again,
            @Option(
                            names = "--because",
                            required = true,
                            paramLabel = "<text>",
                            description = "Why, for the audit log.")
                    String because,
            @Mixin Output output) {
        Json.Members filter = filter(choice);
        boolean chosen = !filter.values().isEmpty() || all;
        boolean named = ids != null && !ids.isEmpty();
        if (named == chosen) {
            throw new Failure(ExitCode.USAGE, "name letters, or options that choose them, or --all-letters");
        }
        Json.Members order = Json.object()
                .with("reason", new Json.Text(because))
                .with("dryRun", new Json.Bool(dryRun))
                .with("again", new Json.Bool(again));
        Json answer =
                ids == null || chosen ? replayAll(order.with("filter", filter)) : send(order.with("ids", texts(ids)));
        session.print(answer, REPLAYED, output);
        boolean refused = NOT_REPLAYED.stream().anyMatch(outcome -> answer.at("counts." + outcome) != null);
        return (refused ? ExitCode.UNFULFILLED : ExitCode.DONE).number();
    }

    /** One call does a bounded amount of work, so it takes as many as it takes; their answers as one. */
    private Json replayAll(Json.Members order) {
        List<Json> letters = new ArrayList<>();
        Map<String, Long> counts = new LinkedHashMap<>();
        long scanned = 0;
        String cursor = null;
        do {
            Json answer = send(cursor == null ? order : order.with("cursor", new Json.Text(cursor)));
            scanned += number(answer.at("scanned"));
            if (answer.at("counts") instanceof Json.Members counted) {
                counted.values().forEach((outcome, count) -> counts.merge(outcome, number(count), Long::sum));
            }
            if (answer.at("data") instanceof Json.Elements data) {
                letters.addAll(data.values());
            }
            String next = answer.textAt("nextCursor");
            if (next != null && next.equals(cursor)) {
                throw new Failure(ExitCode.UNAVAILABLE, "the replay does not get on: a call names itself as the next");
            }
            cursor = next;
            session.progress().show(scanned + " looked at");
        } while (cursor != null);
        session.progress().clear();
        Json.Members sums = Json.object();
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            sums = sums.with(count.getKey(), numeral(count.getValue()));
        }
        return Json.object()
                .with("scanned", numeral(scanned))
                .with("counts", sums)
                .with("data", new Json.Elements(letters));
    }

    private Json send(Json.Members order) {
        return session.api()
                .call("POST", letters().then("replay"), order, session.limits().report());
    }

    private static Json.Members filter(Choice choice) {
        Json.Members filter = Json.object();
        for (Map.Entry<String, @Nullable String> parameter : choice.parameters().entrySet()) {
            if (parameter.getValue() != null) {
                filter = filter.with(parameter.getKey(), new Json.Text(parameter.getValue()));
            }
        }
        return filter;
    }

    private static Json texts(List<String> values) {
        return new Json.Elements(
                values.stream().map(value -> (Json) new Json.Text(value)).toList());
    }

    private static Json numeral(long value) {
        return new Json.Numeral(Long.toString(value));
    }

    private static long number(@Nullable Json value) {
        return value instanceof Json.Numeral numeral && numeral.literal().matches("\\d{1,18}")
                ? Long.parseLong(numeral.literal())
                : 0;
    }

    private static Route letters() {
        return Route.of("operations", "dead-letters");
    }
}
