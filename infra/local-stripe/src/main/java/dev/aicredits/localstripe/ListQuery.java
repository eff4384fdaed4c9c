package dev.aicredits.localstripe;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a list is asked for; lists begin with the newest.
 *
 * @param fields members that the objects have, with these values
 * @param types patterns for the events' type, with {@code %} for anything; none is all
 * @param delivered of events: whether every endpoint has got them; null for all
 */
record ListQuery(
        StripeKind kind,
        ObjectNode fields,
        List<String> types,
        @Nullable Boolean delivered,
        long createdMin,
        long createdMax,
        @Nullable String startingAfter,
        @Nullable String endingBefore,
        int limit) {

    private static final int ALL = 1_000_000;

    /** The newest of a kind. */
    static ListQuery newest(StripeKind kind, int limit) {
        return new ListQuery(kind, Json.object(), List.of(), null, Long.MIN_VALUE, Long.MAX_VALUE, null, null, limit);
    }

    /** All of a kind that have these members. */
    static ListQuery all(StripeKind kind, ObjectNode fields) {
        return new ListQuery(kind, fields, List.of(), null, Long.MIN_VALUE, Long.MAX_VALUE, null, null, ALL);
    }
}
