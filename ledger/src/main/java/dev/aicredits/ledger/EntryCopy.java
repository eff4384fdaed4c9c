package dev.aicredits.ledger;

import dev.aicredits.rating.Rated.Priced;
import java.nio.ByteBuffer;
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
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        chunk.put(SIGNATURE).putInt(0).putInt(0);
        long bookedAtMicros = UsageLine.micros(bookedAt);
        for (UsageLine line : lines) {
            if (chunk.remaining() < ROW_BYTES_MAX) {
                flush(chunk, sink);
            }
            putRow(chunk, line, bookedAtMicros);
        }
        if (chunk.remaining() < Short.BYTES) {
            flush(chunk, sink);
        }
        flush(chunk.putShort((short) -1), sink);
    }

    private static void flush(ByteBuffer chunk, Sink sink) throws SQLException {
        sink.write(chunk.array(), chunk.arrayOffset(), chunk.position());
        chunk.clear();
    }

    private static void putRow(ByteBuffer out, UsageLine line, long bookedAtMicros) {
        out.putShort(FIELDS);
        putLong(out, line.organizationId());
        putLong(out, line.entrySeq);
        putLong(out, -line.costNanos);
        putLong(out, line.balanceAfterNanos);
        putLong(out, Math.subtractExact(line.occurredAtMicros, POSTGRES_EPOCH_MICROS));
        putLong(out, bookedAtMicros - POSTGRES_EPOCH_MICROS);
        putLong(out, line.agentId());
        if (line.userSpend == null) {
            out.putInt(NULL);
        } else {
            putLong(out, line.externalUserId());
        }
        out.putInt(2 * Long.BYTES).putLong(line.dedupeKeyHigh).putLong(line.dedupeKeyLow);
        putInt(out, line.product.key);
        if (line.rateCardVersion == Priced.TRUSTED) {
            out.putInt(NULL);
        } else {
            putInt(out, line.rateCardVersion);
        }
        putCounts(out, line);
        out.putInt(Short.BYTES).putShort(EntryKind.USAGE.code());
    }

    private static void putCounts(ByteBuffer out, UsageLine line) {
        if (line.isInference()) {
            putInt(out, line.inputTokens);
            putInt(out, line.cachedInputTokens);
            putInt(out, line.cacheCreationInputTokens);
            putInt(out, line.outputTokens);
            out.putInt(NULL);
        } else {
            out.putInt(NULL).putInt(NULL).putInt(NULL).putInt(NULL);
            putInt(out, line.quantity);
        }
    }

    private static void putLong(ByteBuffer out, long value) {
        out.putInt(Long.BYTES).putLong(value);
    }

    private static void putInt(ByteBuffer out, int value) {
        out.putInt(Integer.BYTES).putInt(value);
    }
}
