package dev.aicredits.wire;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads an event in structured mode: the value is one JSON object that holds the attributes and the data. */
final class StructuredEvent {

    private static final JsonMembers<EventAttribute> MEMBERS =
            new JsonMembers<>(EventAttribute.values(), EventAttribute::wireName);

    private final EventAttributes attributes;
    private final UsageData data;

    /** Fills {@code attributes} and {@code data}. */
    StructuredEvent(EventAttributes attributes, UsageData data) {
        this.attributes = attributes;
        this.data = data;
    }

    void read(Bytes value) {
        JsonObjects.ofThread().read(value, parser -> MEMBERS.read(parser, this::take));
    }

    private void take(EventAttribute attribute, JsonParser parser) {
        switch (attribute) {
            case DATA -> takeData(parser);
            case DATA_BASE64 -> throw new MalformedUsageException("data_base64 is not taken here");
            case DATASCHEMA -> parser.skipChildren();
            default -> takeText(attribute, parser);
        }
    }

    private void takeData(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            data.read(parser);
        } else if (token != JsonToken.VALUE_NULL) {
            data.refuse("is not an object");
            parser.skipChildren();
        }
    }

    private void takeText(EventAttribute attribute, JsonParser parser) {
        if (FieldReader.isText(parser, attribute.wireName(), attributes.problems())) {
            attributes.take(
                    attribute, parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength());
        }
    }
}
