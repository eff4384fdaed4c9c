package dev.aicredits.usage;

import java.util.List;
import java.util.UUID;

/**
 * The dedupe keys of entries that we make ourselves: top-ups, refunds, adjustments, captures of holds.
 *
 * <p>What they are made of is known to customers (a checkout session's id is in the address of its page, a hold's in its
 * answer), and a usage event whose id is a UUID has that as its key. So that no event can have the key of an entry that is
 * still to come, ours are of a form of their own, a UUID of version 8 (RFC 9562) whose first 32 bits are zero, and events
 * are refused that have such an id, or one of our sources. An event's key that is hashed would have to meet all 128 bits.
 */
public final class OwnKeys {

    /** What the sources of our own entries begin with. */
    private static final List<String> SOURCE_PREFIXES = List.of("stripe:", "dev.aicredits.");

    private static final long HIGH_FORM_MASK = 0xffff_ffff_0000_f000L;
    private static final long HIGH_FORM = 0x0000_0000_0000_8000L;
    private static final long LOW_FORM_MASK = 0xc000_0000_0000_0000L;
    private static final long LOW_FORM = 0x8000_0000_0000_0000L;

    private OwnKeys() {}

    /**
     * The key of the entry that stands for what {@code source} calls {@code id}: SHA-256 over both, 90 bits of it, in the
     * form of our own keys. The same pair always gives the same key.
     *
     * @param source one that {@linkplain #isReservedSource is reserved}
     */
    public static UUID of(String source, String id) {
        UUID hash = ofVersionBefore(source, id);
        return new UUID(
                (hash.getMostSignificantBits() & ~HIGH_FORM_MASK) | HIGH_FORM,
                (hash.getLeastSignificantBits() & ~LOW_FORM_MASK) | LOW_FORM);
    }

    /**
     * The key that such an entry had before ours had a form of their own: entries under it are in ledgers, and usage
     * may have it.
     */
    public static UUID ofVersionBefore(String source, String id) {
        if (!isReservedSource(source)) {
            throw new IllegalArgumentException("not a source of our own: " + source);
        }
        return DedupeKeys.hashed(source, id);
    }

    /** Whether events of this source are refused, because entries of our own have it, or may have it one day. */
    public static boolean isReservedSource(String source) {
        for (String prefix : SOURCE_PREFIXES) {
            if (source.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it has the form of our own keys; no id that is made as a UUID should be has it. */
    public static boolean isReserved(UUID key) {
        return (key.getMostSignificantBits() & HIGH_FORM_MASK) == HIGH_FORM
                && (key.getLeastSignificantBits() & LOW_FORM_MASK) == LOW_FORM;
    }
}
