package dev.aicredits.localstripe;

import java.time.Duration;
import java.util.List;

/**
 * How badly webhooks go at the moment.
 *
 * @param losing whether attempts are lost at all
 * @param lostTypes of which events; none is of all
 * @param duplicates how many times more each attempt is made
 */
record WebhookRule(boolean losing, List<String> lostTypes, Duration delay, int duplicates) {
    static final WebhookRule NONE = new WebhookRule(false, List.of(), Duration.ZERO, 0);

    boolean loses(String type) {
        return losing && (lostTypes.isEmpty() || lostTypes.contains(type));
    }

    WebhookRule losing(List<String> types) {
        return new WebhookRule(true, types, delay, duplicates);
    }

    WebhookRule delayedBy(Duration wait) {
        return new WebhookRule(losing, lostTypes, wait, duplicates);
    }

    WebhookRule withDuplicates(int more) {
        return new WebhookRule(losing, lostTypes, delay, more);
    }
}
