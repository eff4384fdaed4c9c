package dev.aicredits.ledger;

import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Writes usage entries in PostgreSQL's binary COPY format ("COPY", section "Binary Format" of its manual), which is the
 * cheapest way to bring rows in.
 */
final class EntryCopy {

    /** The statement whose input {@link #encode} makes; the columns it leaves out are null for usage. */
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
    private static final int FRAME_BYTES = SIGNATURE.length + 2 * Integer.BYTES + Short.BYTES;
    private static final int NULL = -1;
    private static final long POSTGRES_EPOCH_SECONDS = 946_684_800L;

    private EntryCopy() {}

    /** The input of {@link #SQL} for these lines: from the buffer's position to its limit. */
    static ByteBuffer encode(List<UsageLine> lines, Instant bookedAt) {
        ByteBuffer out = ByteBuffer.allocate(FRAME_BYTES + lines.size() * ROW_BYTES_MAX);
        out.put(SIGNATURE).putInt(0).putInt(0);
        long bookedAtMicros = postgresMicros(bookedAt);
        for (UsageLine line : lines) {
            putRow(out, line, bookedAtMicros);
        }
        return out.putShort((short) -1).flip();
    }

    private static void putRow(ByteBuffer out, UsageLine line, long bookedAtMicros) {
        out.putShort(FIELDS);
        putLong(out, line.organizationId);
        putLong(out, line.entrySeq);
        putLong(out, -line.costNanos());
        putLong(out, line.balanceAfterNanos);
        putLong(out, postgresMicros(line.usage.event().occurredAt()));
        putLong(out, bookedAtMicros);
        putLong(out, line.agentId);
        if (line.externalUserId == UsageLine.ANONYMOUS) {
            out.putInt(NULL);
        } else {
            putLong(out, line.externalUserId);
        }
        out.putInt(2 * Long.BYTES)
                .putLong(line.dedupeKey().getMostSignificantBits())
                .putLong(line.dedupeKey().getLeastSignificantBits());
        putInt(out, line.productId);
        if (line.usage.price().rateCardVersion() == Priced.TRUSTED) {
            out.putInt(NULL);
        } else {
            putInt(out, line.usage.price().rateCardVersion());
        }
        putCounts(out, line.usage.event().consumption());
        out.putInt(Short.BYTES).putShort(EntryKind.USAGE.code());
    }

    private static void putCounts(ByteBuffer out, Consumption consumption) {
        if (consumption instanceof Inference tokens) {
            putInt(out, tokens.inputTokens());
            putInt(out, tokens.cachedInputTokens());
            putInt(out, tokens.cacheCreationInputTokens());
            putInt(out, tokens.outputTokens());
            out.putInt(NULL);
        } else {
            out.putInt(NULL).putInt(NULL).putInt(NULL).putInt(NULL);
            putInt(out, ((Counted) consumption).quantity());
        }
    }

    private static void putLong(ByteBuffer out, long value) {
        out.putInt(Long.BYTES).putLong(value);
    }

    private static void putInt(ByteBuffer out, int value) {
        out.putInt(Integer.BYTES).putInt(value);
    }

    private static long postgresMicros(Instant time) {
        return Math.addExact(
                Math.multiplyExact(time.getEpochSecond() - POSTGRES_EPOCH_SECONDS, 1_000_000L),
                time.getNano() / 1_000L);
    }
}
