package dev.aicredits.localstripe;

/**
 * An event on its way to an endpoint.
 *
 * @param attempts how many were made
 */
record Delivery(String eventId, String endpointId, int attempts) {
    Delivery afterAttempt() {
        return new Delivery(eventId, endpointId, attempts + 1);
    }
}
