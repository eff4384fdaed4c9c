package dev.aicredits.archive;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.ledger.EntryKind;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ArchiveCheckTest {

    private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");

    /** Added up carelessly, these follow each other: the balance goes on from the other end of the range. */
    @Test
    void aSumBeyondTheRangeIsDamage() {
        Closing closing =
                new Closing(1, "org_acme", LocalDate.of(2026, 7, 1), 1, 1, Long.MIN_VALUE, Long.MAX_VALUE, 1, -1, NOON);
        ArchiveCheck check = new ArchiveCheck(List.of(closing));

        assertThatThrownBy(() -> check.accept(usage(-1, Long.MAX_VALUE)))
                .isInstanceOf(DamagedArchiveException.class)
                .hasMessageContaining("org_acme: entry 1 leaves the range of amounts");
    }

    private static ArchivedEntry usage(long amountNanos, long balanceAfterNanos) {
        return new ArchivedEntry(
                1,
                1,
                EntryKind.USAGE.code(),
                amountNanos,
                balanceAfterNanos,
                NOON,
                NOON,
                new UUID(1, 1),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
