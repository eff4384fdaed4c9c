package dev.aicredits.wire;

import java.nio.ByteBuffer;

/** Some of an array's bytes. */
final class Bytes {

    final byte[] array;
    final int start;
    final int length;

    private Bytes(byte[] array, int start, int length) {
        this.array = array;
        this.start = start;
        this.length = length;
    }

    /** All of an array. */
    static Bytes of(byte[] array) {
        return new Bytes(array, 0, array.length);
    }

    /** Those from the buffer's position to its limit, neither of which moves; not copied if it is one over an array. */
    static Bytes of(ByteBuffer buffer) {
        if (buffer.hasArray()) {
            return new Bytes(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return of(copy);
    }

    /** The index after the last. */
    int end() {
        return start + length;
    }
}
