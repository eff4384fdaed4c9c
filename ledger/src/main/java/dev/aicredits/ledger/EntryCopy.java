package dev.aicredits.ledger;

import dev.aicredits.rating.Rated.Priced;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * Writes usage entries in PostgreSQL's binary COPY format ("COPY", section "Binary Format" of its manual), which is the
 * cheapest way to bring rows in.
 */
final class EntryCopy {

    /** The statement whose input {@link #write} makes; the columns it leaves out are null for usage. */
    static final String SQL = """
            COPY ledger_entry (organization_id, entry_seq, amount_nanos, balance_after_nanos, occurred_at, booked_at,
                agent_id, external_user_id, dedupe_key, product_id, rate_card_version, input_tokens,
                cached_input_tokens, cache_creation_input_tokens, output_tokens, quantity, entry_kind)
            FROM STDIN (FORMAT binary)
            """;

    private static final byte[] SIGNATURE = "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final short FIELDS = 17;
    // Each field after its length: 8 bigints, a uuid, 7 integers (not all of them in one row) and a smallint.
    private static final int ROW_BYTES_MAX =
            Short.BYTES + FIELDS * Integer.BYTES + 8 * Long.BYTES + 2 * Long.BYTES + 7 * Integer.BYTES + Short.BYTES;
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int NULL = -1;
    /** 2000-01-01, from which PostgreSQL counts. */
    private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

    private EntryCopy() {}

    /** Takes a piece of the input: {@code length} bytes of {@code data}, which the caller uses again. */
    interface Sink {
        void write(byte[] data, int from, int length) throws SQLException;
    }

    /** Writes the input of {@link #SQL} for these lines, a chunk at a time. */
    static void write(List<UsageLine> lines, Instant bookedAt, Sink sink) throws SQLException {
        Chunk chunk = new Chunk();
        chunk.put(SIGNATURE);
        chunk.putInt(0);
        chunk.putInt(0);
        long bookedAtMicros = UsageLine.micros(bookedAt);
        for (UsageLine line : lines) {
            if (chunk.remaining() < ROW_BYTES_MAX) {
                chunk.flush(sink);
            }
            putRow(chunk, line, bookedAtMicros);
        }
        // There is room for the trailer: a row is never as long as ROW_BYTES_MAX, which counts fields that exclude each
        // other.
        chunk.putShort((short) -1);
        chunk.flush(sink);
    }

    private static void putRow(Chunk out, UsageLine line, long bookedAtMicros) {
        out.putShort(FIELDS);
        out.putLongField(line.organizationId());
        out.putLongField(line.entrySeq);
        out.putLongField(-line.costNanos);
        out.putLongField(line.balanceAfterNanos);
        out.putLongField(Math.subtractExact(line.occurredAtMicros, POSTGRES_EPOCH_MICROS));
        out.putLongField(bookedAtMicros - POSTGRES_EPOCH_MICROS);
        out.putLongField(line.agentId());
        if (line.userSpend == null) {
            out.putInt(NULL);
        } else {
            out.putLongField(line.externalUserId());
        }
        out.putInt(2 * Long.BYTES);
        out.putLong(line.dedupeKeyHigh);
        out.putLong(line.dedupeKeyLow);
        out.putIntField(line.product.key);
        if (line.rateCardVersion == Priced.TRUSTED) {
            out.putInt(NULL);
        } else {
            out.putIntField(line.rateCardVersion);
        }
        putCounts(out, line);
        out.putInt(Short.BYTES);
        out.putShort(EntryKind.USAGE.code());
    }

    private static void putCounts(Chunk out, UsageLine line) {
        if (line.isInference()) {
            out.putIntField(line.inputTokens);
            out.putIntField(line.cachedInputTokens);
            out.putIntField(line.cacheCreationInputTokens);
            out.putIntField(line.outputTokens);
            out.putInt(NULL);
        } else {
            out.putInt(NULL);
            out.putInt(NULL);
            out.putInt(NULL);
            out.putInt(NULL);
            out.putIntField(line.quantity);
        }
    }

    /** A piece of the input. Of what an event costs the worker, a quarter was a {@link java.nio.ByteBuffer} in its place. */
    private static final class Chunk {
        private static final VarHandle SHORTS =
                MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
        private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
        private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

        private final byte[] bytes = new byte[CHUNK_BYTES];
        private int length;

        int remaining() {
            return CHUNK_BYTES - length;
        }

        void put(byte[] some) {
            System.arraycopy(some, 0, bytes, length, some.length);
            length += some.length;
        }

        void putShort(short value) {
            SHORTS.set(bytes, length, value);
            length += Short.BYTES;
        }

        void putInt(int value) {
            INTS.set(bytes, length, value);
            length += Integer.BYTES;
        }

        void putLong(long value) {
            LONGS.set(bytes, length, value);
            length += Long.BYTES;
        }

        void putIntField(int value) {
            // Its length and itself at once.
            putLong((long) Integer.BYTES << Integer.SIZE | Integer.toUnsignedLong(value));
        }

        void putLongField(long value) {
            putInt(Long.BYTES);
            putLong(value);
        }

        void flush(Sink sink) throws SQLException {
            sink.write(bytes, 0, length);
            length = 0;
        }
    }
}
