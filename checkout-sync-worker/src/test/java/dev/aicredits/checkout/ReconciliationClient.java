package dev.aicredits.checkout;

import dev.aicredits.checkout.CheckoutClient.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** What an operator asks the worker. */
final class ReconciliationClient {

    private static final String BEARER = "Bearer " + CheckoutSystem.KEY.text();

    private final CheckoutClient client;

    ReconciliationClient(CheckoutClient client) {
        this.client = client;
    }

    Answer get(String query, String... headers) {
        var request = client.request(ReconciliationController.PATH + query).header("Authorization", BEARER);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request);
    }

    Answer repair(String query) {
        return client.send(client.request(ReconciliationController.PATH + "/repairs" + query)
                .header("Authorization", BEARER)
                .POST(BodyPublishers.noBody()));
    }

    /** Days back from tomorrow: with 0 for the end, until now. */
    static String period(int fromDaysAgo, int toDaysAgo) {
        Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
        return "?from=" + today.minus(fromDaysAgo, ChronoUnit.DAYS) + "&to=" + today.minus(toDaysAgo, ChronoUnit.DAYS);
    }

    static final int MONTH = 31;

    JsonNode month() {
        return get(period(MONTH, 0)).json();
    }

    /** The differences as {@code type subject}. */
    static List<String> differences(JsonNode report) {
        return StreamSupport.stream(report.path("differences").spliterator(), false)
                .map(difference -> difference.path("type").asString() + " "
                        + difference.path("subject").asString())
                .toList();
    }
}
