package dev.aicredits.localstripe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Lists of the API: filters, the time of creation, and pages by cursor. */
final class Lists {
    private static final long LIMIT_MAX = 100;
    private static final int LIMIT = 10;
    private static final long EVENT_SECONDS_MAX = 30L * 24 * 60 * 60;

    /** By which members a kind can be filtered; each name is a parameter and a member. */
    private static final Map<StripeKind, List<String>> FILTERS = Map.of(
            StripeKind.SESSION, List.of("payment_intent", "status", "customer"),
            StripeKind.PAYMENT_INTENT, List.of("customer"),
            StripeKind.CHARGE, List.of("payment_intent", "customer"),
            StripeKind.REFUND, List.of("charge", "payment_intent"),
            StripeKind.DISPUTE, List.of("charge", "payment_intent"),
            StripeKind.BALANCE_TRANSACTION, List.of("type", "source", "currency"),
            StripeKind.INVOICE, List.of("status", "customer"),
            StripeKind.INVOICE_PAYMENT, List.of("invoice", "status"),
            StripeKind.EVENT, List.of());

    private Lists() {}

    static ObjectNode page(StripeKind kind, String url, Params params, Change change) {
        ObjectNode fields = Json.object();
        for (String filter : FILTERS.getOrDefault(kind, List.of())) {
            String value = params.text(filter);
            if (value != null) {
                fields.put(filter, value);
            }
        }
        int limit = limit(params);
        boolean events = kind == StripeKind.EVENT;
        long[] created = created(params);
        ListQuery query = new ListQuery(
                kind,
                fields,
                events ? types(params) : List.of(),
                events ? params.bool("delivery_success") : null,
                events ? Math.max(created[0], change.now() - EVENT_SECONDS_MAX) : created[0],
                created[1],
                cursor(params, "starting_after", kind, change),
                cursor(params, "ending_before", kind, change),
                limit);
        params.refuseUnread();
        if (query.startingAfter() != null && query.endingBefore() != null) {
            throw StripeError.parameter(
                    null, "ending_before", "You can only use one of `starting_after` or `ending_before`");
        }
        return page(url, change.page(query), query);
    }

    private static ObjectNode page(String url, List<ObjectNode> found, ListQuery query) {
        boolean more = found.size() > query.limit();
        if (!more) {
            return Json.list(url, found, false);
        }
        // The one too many is the farthest from the cursor.
        boolean backwards = query.endingBefore() != null;
        return Json.list(url, backwards ? found.subList(1, found.size()) : found.subList(0, query.limit()), true);
    }

    static ObjectNode lineItems(String sessionId, Params params, Change change) {
        change.named(StripeKind.SESSION, sessionId);
        int limit = limit(params);
        params.refuseUnread();
        return lineItems(sessionId, limit, change);
    }

    /** As a session has them when it is expanded. */
    static ObjectNode lineItems(String sessionId, Change change) {
        return lineItems(sessionId, LIMIT, change);
    }

    private static ObjectNode lineItems(String sessionId, int limit, Change change) {
        List<ObjectNode> items = change.owned(StripeKind.LINE_ITEM, sessionId);
        return Json.list(
                "/v1/checkout/sessions/" + sessionId + "/line_items",
                items.stream().limit(limit).toList(),
                items.size() > limit);
    }

    private static int limit(Params params) {
        Long limit = params.integer("limit", 1, LIMIT_MAX);
        return limit == null ? LIMIT : limit.intValue();
    }

    private static @Nullable String cursor(Params params, String name, StripeKind kind, Change change) {
        String id = params.text(name);
        if (id != null && change.find(kind, id).isEmpty()) {
            throw StripeError.noSuchParameter(name, kind.type(), id);
        }
        return id;
    }

    /** From and to, both included. */
    private static long[] created(Params params) {
        if (!params.has("created")) {
            return new long[] {Long.MIN_VALUE, Long.MAX_VALUE};
        }
        if (params.isText("created")) {
            Long second = params.integer("created", 0, Long.MAX_VALUE);
            return second == null ? new long[] {Long.MIN_VALUE, Long.MAX_VALUE} : new long[] {second, second};
        }
        Params range = params.object("created");
        return new long[] {
            Math.max(bound(range, "gte", Long.MIN_VALUE, 0), bound(range, "gt", Long.MIN_VALUE, 1)),
            Math.min(bound(range, "lte", Long.MAX_VALUE, 0), bound(range, "lt", Long.MAX_VALUE, -1))
        };
    }

    private static long bound(Params range, String name, long none, long shift) {
        Long second = range.integer(name, 0, Long.MAX_VALUE);
        return second == null ? none : second + shift;
    }

    /** As patterns of SQL; Stripe's have {@code *} for anything. */
    private static List<String> types(Params params) {
        List<String> types = new ArrayList<>(params.texts("types"));
        Stream.ofNullable(params.text("type")).forEach(types::add);
        return types.stream()
                .map(type -> type.replace("\\", "\\\\")
                        .replace("_", "\\_")
                        .replace("%", "\\%")
                        .replace('*', '%'))
                .toList();
    }
}
