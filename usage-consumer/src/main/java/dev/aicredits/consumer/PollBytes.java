package dev.aicredits.consumer;

import dev.aicredits.wire.DecodedUsage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a poll's values, one after the other in a few large arrays, which the values of the next poll overwrite.
 *
 * <p>They are kept for the few records that become dead letters. An array of its own for each would be copied by the
 * garbage collector, as a batch outlives several collections, and that would cost more than the copy made here.
 *
 * <p>Not thread-safe; one belongs to one thread.
 */
final class PollBytes {

    /** The largest value that shares an array. */
    static final int BLOCK_BYTES = 1 << 20;

    /** What stays between polls: room for a full batch of events of a usual size. */
    static final int BLOCKS_KEPT = 16;

    private final List<byte[]> blocks = new ArrayList<>();
    private int current;
    private int used;

    /** Gives the room of what was kept so far to what comes. */
    void renew() {
        while (blocks.size() > BLOCKS_KEPT) {
            blocks.remove(blocks.size() - 1);
        }
        current = 0;
        used = 0;
    }

    /** Keeps a copy of the buffer's bytes, beside what they say. */
    ReadUsage keep(ByteBuffer value, DecodedUsage decoded) {
        int length = value.remaining();
        if (length > BLOCK_BYTES) {
            byte[] own = new byte[length];
            value.get(value.position(), own);
            return new ReadUsage(decoded, own, 0, length);
        }
        if (length > BLOCK_BYTES - used) {
            current++;
            used = 0;
        }
        if (current == blocks.size()) {
            blocks.add(new byte[BLOCK_BYTES]);
        }
        byte[] block = blocks.get(current);
        int start = used;
        value.get(value.position(), block, start, length);
        used += length;
        return new ReadUsage(decoded, block, start, length);
    }
}
