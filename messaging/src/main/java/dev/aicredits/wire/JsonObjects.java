package dev.aicredits.wire;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * Reads values that are one JSON object each, all with one parser: a parser of its own for each event would be a quarter of
 * what reading it costs, and most of what it leaves to the garbage collector.
 *
 * <p>To the parser the values are one stream, and where one ends is where nothing more comes. A value that is not read
 * to its very end takes the parser with it, so that none is read as the rest of another.
 *
 * <p>Not thread-safe; {@linkplain #ofThread() each thread has one}.
 */
final class JsonObjects {

    /** After so many a new parser: it remembers every name that it has met. */
    static final int VALUES_PER_PARSER = 1_000;

    private static final ThreadLocal<JsonObjects> OF_THREAD = ThreadLocal.withInitial(JsonObjects::new);

    private final Feed feed = new Feed();
    private final Rest rest = new Rest();
    private @Nullable JsonParser parser;
    private int values;

    private JsonObjects() {}

    /** The current thread's. */
    static JsonObjects ofThread() {
        return OF_THREAD.get();
    }

    /**
     * Has {@code object} read a value with a parser that has just entered it, to the object's end.
     *
     * @throws MalformedUsageException if the value is not UTF-8, is no object or more than one
     * @throws tools.jackson.core.JacksonException if it is not JSON within our limits
     */
    void read(Bytes json, Consumer<JsonParser> object) {
        UsageJson.requireUtf8(json);
        JsonParser current = parser == null ? begin() : parser;
        // Whatever goes wrong from here on, the parser is not used again.
        parser = null;
        try {
            feed.hold(json);
            if (current.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedUsageException("the value is not a JSON object");
            }
            object.accept(current);
            requireEnd(current);
            if (++values < VALUES_PER_PARSER) {
                parser = current;
            }
        } finally {
            feed.drop();
            if (parser == null) {
                current.close();
            }
        }
    }

    private JsonParser begin() {
        values = 0;
        return UsageJson.FACTORY.createParser(ObjectReadContext.empty(), feed);
    }

    /** Refuses anything but white space after the object. */
    private void requireEnd(JsonParser current) {
        rest.blank = true;
        current.releaseBuffered(rest);
        if (!rest.blank || !feed.isBlank()) {
            throw new MalformedUsageException("something follows the JSON object");
        }
    }

    private static boolean isBlank(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    /** What a parser reads from: the value that is held, and no more. */
    private static final class Feed extends InputStream {

        private static final byte[] NOTHING = {};

        private byte[] array = NOTHING;
        private int next;
        private int end;

        void hold(Bytes value) {
            array = value.array;
            next = value.start;
            end = value.end();
        }

        void drop() {
            array = NOTHING;
            next = 0;
            end = 0;
        }

        /** Whether what was not read yet is white space. */
        boolean isBlank() {
            return JsonObjects.isBlank(array, next, end);
        }

        @Override
        public int read() {
            return next == end ? -1 : array[next++] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int count = Math.min(length, end - next);
            if (count == 0) {
                return -1;
            }
            System.arraycopy(array, next, target, offset, count);
            next += count;
            return count;
        }
    }

    /** Takes what a parser had read ahead. */
    private static final class Rest extends OutputStream {

        boolean blank;

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            blank &= isBlank(bytes, offset, offset + length);
        }
    }
}
