package dev.aicredits.checkout;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts how often an event was tried and Stripe's answer about its object could not be read. Once may be an accident of the moment;
 * what is so each time would hold up its partition for ever. The count is this process's: who takes over its partitions begins anew.
 */
final class GarbledTries {

    static final int TRIES_MAX = 3;

    /** More than are under way at once; of events that went to another instance, nobody says that they are done. */
    private static final int EVENTS_MAX = 10_000;

    private final Map<String, Integer> tries = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > EVENTS_MAX;
        }
    };

    /** Counts one more try of the event; answers whether it was the last. Then the count begins anew, as for a replay. */
    synchronized boolean isLast(String eventId) {
        if (tries.merge(eventId, 1, Integer::sum) < TRIES_MAX) {
            return false;
        }
        tries.remove(eventId);
        return true;
    }

    /** The event has been acted on. */
    synchronized void forget(String eventId) {
        tries.remove(eventId);
    }
}
