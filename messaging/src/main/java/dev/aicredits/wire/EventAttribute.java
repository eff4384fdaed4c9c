package dev.aicredits.wire;

import java.util.Locale;

/**
 * The members of a CloudEvent that we know, of
 * <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">its JSON format</a>; all
 * others are extensions.
 */
enum EventAttribute {
    SPECVERSION,
    ID,
    SOURCE,
    TYPE,
    SUBJECT,
    TIME,
    DATACONTENTTYPE,
    DATASCHEMA,
    DATA,
    DATA_BASE64;

    private final String wireName = name().toLowerCase(Locale.ROOT);
    private final String headerName = "ce_" + wireName;

    /** The name in the JSON envelope. */
    String wireName() {
        return wireName;
    }

    /** The name of the Kafka header in binary mode. */
    String headerName() {
        return headerName;
    }
}
