package dev.aicredits.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/** How strictly we read JSON: strict UTF-8, one object, and a limit on everything that a producer can grow. */
final class UsageJson {

    static final int NESTING_MAX = 16;
    static final int NAME_CHARS_MAX = 256;
    /** Far above every field's own limit, so that a merely long field is refused by its name. */
    static final int STRING_CHARS_MAX = 64 * 1024;
    /** Room for any exact amount; a longer number is no count and no amount. */
    static final int NUMBER_CHARS_MAX = 64;

    /** One for all: it shares its table of names between parsers. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_MAX)
                    .maxNameLength(NAME_CHARS_MAX)
                    .maxStringLength(STRING_CHARS_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .build())
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .build();

    private static final int CHECK_CHARS = 1024;
    private static final long SIGN_BITS = 0x8080_8080_8080_8080L;
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private UsageJson() {}

    /** Refuses what is not UTF-8: decoders replace it, and Jackson reads overlong forms and encoded surrogates. */
    static void requireUtf8(Bytes bytes) {
        if (!isUtf8(bytes)) {
            throw new MalformedUsageException("the bytes are not UTF-8");
        }
    }

    private static boolean isUtf8(Bytes bytes) {
        if (isAscii(bytes)) {
            return true;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer rest = ByteBuffer.wrap(bytes.array, bytes.start, bytes.length);
        CharBuffer discarded = CharBuffer.allocate(CHECK_CHARS);
        CoderResult result = decoder.decode(rest, discarded, true);
        while (result.isOverflow()) {
            discarded.clear();
            result = decoder.decode(rest, discarded, true);
        }
        return !result.isError();
    }

    private static boolean isAscii(Bytes bytes) {
        byte[] array = bytes.array;
        int end = bytes.end();
        long bits = 0;
        int i = bytes.start;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            bits |= (long) EIGHT_BYTES.get(array, i);
        }
        for (; i < end; i++) {
            bits |= array[i];
        }
        return (bits & SIGN_BITS) == 0;
    }
}
