package dev.aicredits.wire;

import dev.aicredits.usage.DedupeKeys;
import dev.aicredits.usage.OwnKeys;
import dev.aicredits.usage.UsageEvent;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The CloudEvents attributes of one event while it is read, from an envelope or from headers. */
final class EventAttributes {

    private static final String SPECVERSION = "1.0";
    private static final TextRule ID = new TextRule("id", 256);
    private static final TextRule SOURCE = new TextRule("source", 512);
    private static final TextRule SUBJECT = new TextRule("subject", 128);

    /** Of an id or a source: entries that we make ourselves may have it. */
    private static final String RESERVED = "is reserved";

    private final FirstProblem problem = new FirstProblem();
    private boolean hasSpecversion;
    private boolean hasType;
    private @Nullable String id;
    private @Nullable UUID uuid;
    private @Nullable String source;
    private @Nullable String subject;
    private @Nullable Instant time;

    /** Takes the text of an attribute; notes the rule that it breaks. */
    void take(EventAttribute attribute, char[] text, int start, int length) {
        switch (attribute) {
            case SPECVERSION -> hasSpecversion = expect(attribute, SPECVERSION, text, start, length);
            case TYPE -> hasType = expect(attribute, UsageEvent.TYPE, text, start, length);
            case ID -> takeId(text, start, length);
            case SOURCE -> takeSource(text, start, length);
            case SUBJECT -> subject = name(SUBJECT, text, start, length);
            case TIME -> time = time(text, start, length);
            case DATACONTENTTYPE -> {
                if (!isText(MediaType.JSON, text, start, length)
                        && !MediaType.isJson(new String(text, start, length))) {
                    problem.note(attribute.wireName(), "is not JSON");
                }
            }
            case DATASCHEMA, DATA, DATA_BASE64 -> {
                // Nothing of these is text that we use.
            }
        }
    }

    /** What is wrong with the attributes, once all were taken; null if nothing. */
    @Nullable String problem() {
        problem.require(EventAttribute.SPECVERSION.wireName(), hasSpecversion ? SPECVERSION : null);
        problem.require(EventAttribute.TYPE.wireName(), hasType ? UsageEvent.TYPE : null);
        problem.require(ID.field(), uuid == null ? id : uuid);
        problem.require(SOURCE.field(), source);
        problem.require(EventAttribute.TIME.wireName(), time);
        return problem.detail();
    }

    /** Where problems of the envelope's own are noted. */
    FirstProblem problems() {
        return problem;
    }

    /** What keeps the event from being booked twice; ask only where there is no {@link #problem()}. */
    UUID dedupeKey() {
        return uuid != null ? uuid : DedupeKeys.of(source(), Objects.requireNonNull(id));
    }

    /** Who sent the event; ask only where there is no {@link #problem()}. */
    String source() {
        return Objects.requireNonNull(source);
    }

    /** When it happened, in microseconds; ask only where there is no {@link #problem()}. */
    Instant time() {
        return Objects.requireNonNull(time);
    }

    /** Whether the subject is that agent; an event without a subject is about whichever agent its data names. */
    boolean areAbout(String agentId) {
        return subject == null || subject.equals(agentId);
    }

    private void takeId(char[] text, int start, int length) {
        uuid = DedupeKeys.canonicalUuid(text, start, length);
        if (uuid == null && ID.allows(text, start, length, problem)) {
            id = new String(text, start, length);
        }
        if (uuid != null && OwnKeys.isReserved(uuid)) {
            problem.note(ID.field(), RESERVED);
        }
    }

    private void takeSource(char[] text, int start, int length) {
        source = name(SOURCE, text, start, length);
        if (source != null && OwnKeys.isReservedSource(source)) {
            problem.note(SOURCE.field(), RESERVED);
        }
    }

    private @Nullable String name(TextRule rule, char[] text, int start, int length) {
        return rule.allows(text, start, length, problem) ? FieldReader.TEXTS.of(text, start, length) : null;
    }

    private @Nullable Instant time(char[] text, int start, int length) {
        Instant parsed = Rfc3339.parse(text, start, length);
        if (parsed == null) {
            problem.note(EventAttribute.TIME.wireName(), "is not an RFC 3339 time with an offset");
        }
        return parsed;
    }

    private boolean expect(EventAttribute attribute, String expected, char[] text, int start, int length) {
        boolean same = isText(expected, text, start, length);
        if (!same) {
            problem.note(attribute.wireName(), "is not " + expected);
        }
        return same;
    }

    private static boolean isText(String expected, char[] text, int start, int length) {
        boolean same = length == expected.length();
        for (int i = 0; same && i < length; i++) {
            same = text[start + i] == expected.charAt(i);
        }
        return same;
    }
}
