package dev.aicredits.localstripe;

import java.net.URI;
import java.util.List;

/**
 * A URL that events are sent to.
 *
 * @param id what deliveries are remembered by, so that an endpoint may move to another URL
 * @param url where
 * @param secrets every secret that signs, so that one can be rolled: the signature has one {@code v1} for each
 */
public record WebhookEndpoint(String id, URI url, List<String> secrets) {
    /** The id of an endpoint that was given none. */
    public static final String ID = "we_localstripe0000000001";

    public WebhookEndpoint {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("an endpoint needs a signing secret");
        }
        secrets = List.copyOf(secrets);
    }

    /** The endpoint of those who have one. */
    public static WebhookEndpoint of(URI url, String... secrets) {
        return new WebhookEndpoint(ID, url, List.of(secrets));
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return id + " at " + url;
    }
}
