package dev.aicredits.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Reads an event in binary mode: the headers are the attributes, the value is the data. */
final class BinaryEvent {

    private static final List<EventAttribute> ATTRIBUTES = List.of(
            EventAttribute.SPECVERSION,
            EventAttribute.ID,
            EventAttribute.SOURCE,
            EventAttribute.TYPE,
            EventAttribute.SUBJECT,
            EventAttribute.TIME);

    private final EventAttributes attributes;
    private final UsageData data;

    /** Fills {@code attributes} and {@code data}. */
    BinaryEvent(EventAttributes attributes, UsageData data) {
        this.attributes = attributes;
        this.data = data;
    }

    /** Whether the headers say that the event is in binary mode. */
    static boolean isMarked(Headers headers) {
        return headers.lastHeader(EventAttribute.SPECVERSION.headerName()) != null;
    }

    void read(Headers headers, Bytes value) {
        for (EventAttribute attribute : ATTRIBUTES) {
            Header header = headers.lastHeader(attribute.headerName());
            if (header != null && header.value() != null) {
                take(attribute, header.value());
            }
        }
        JsonObjects.ofThread().read(value, data::read);
    }

    private void take(EventAttribute attribute, byte[] utf8) {
        UsageJson.requireUtf8(Bytes.of(utf8));
        char[] text = new String(utf8, StandardCharsets.UTF_8).toCharArray();
        attributes.take(attribute, text, 0, text.length);
    }
}
