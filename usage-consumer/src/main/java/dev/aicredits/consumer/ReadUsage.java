package dev.aicredits.consumer;

import dev.aicredits.wire.DecodedUsage;
import java.nio.ByteBuffer;

/**
 * The value of a record of the usage topic: what it says, read while Kafka's consumer had it at hand, and its bytes, which are
 * there {@linkplain PollBytes until the next poll}.
 */
final class ReadUsage {

    private final DecodedUsage decoded;
    private final byte[] block;
    private final int start;
    private final int length;

    /** What {@code length} bytes from {@code start} on say. */
    ReadUsage(DecodedUsage decoded, byte[] block, int start, int length) {
        this.decoded = decoded;
        this.block = block;
        this.start = start;
        this.length = length;
    }

    /** What it says, whoever sent it and whenever. */
    DecodedUsage decoded() {
        return decoded;
    }

    /** The bytes as they came, from the buffer's position to its limit. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(block, start, length);
    }

    /** A copy of the bytes as they came. */
    byte[] toBytes() {
        byte[] copy = new byte[length];
        bytes().get(copy);
        return copy;
    }
}
