package dev.aicredits.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bytes as JSON can show them: as text if they are UTF-8 without control characters, else in base64.
 *
 * @param encoding {@code text} or {@code base64}
 * @param content the first of them
 * @param size how many there are
 * @param truncated whether {@code content} is not all of them
 */
record Bytes(
        @JsonProperty(required = true) String encoding,
        @JsonProperty(required = true) String content,
        long size,
        boolean truncated) {

    /** The first {@code bytesMax} of them; null if there is nothing to show. */
    static @Nullable Bytes of(byte @Nullable [] bytes, long bytesMax) {
        if (bytes == null) {
            return null;
        }
        boolean cut = bytes.length > bytesMax;
        byte[] shown = cut ? Arrays.copyOf(bytes, Math.toIntExact(bytesMax)) : bytes;
        return text(shown, cut)
                .map(text -> new Bytes("text", text, bytes.length, cut))
                .orElseGet(() -> new Bytes("base64", Base64.getEncoder().encodeToString(shown), bytes.length, cut));
    }

    /** A character that was cut in half is left out. */
    private static Optional<String> text(byte[] bytes, boolean cut) {
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes), chars, !cut);
        String text = chars.flip().toString();
        boolean isText = !result.isError()
                && text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t');
        return isText ? Optional.of(text) : Optional.empty();
    }
}
