package dev.aicredits.archive;

import static dev.aicredits.archive.ArchivedLedger.AUGUST;
import static dev.aicredits.archive.ArchivedLedger.JULY;
import static dev.aicredits.archive.ArchivedLedger.refused;
import static dev.aicredits.archive.ArchivedLedger.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.archive.Archive.Report;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.usage.UsageEvent;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A month that has left comes back as it was. */
class MonthRestoreTest {

    @TempDir
    Path folder;

    private ArchivedLedger ledger;

    @BeforeEach
    void book() {
        ledger = new ArchivedLedger(folder);
    }

    @Test
    void aRestoredMonthIsAsItWasAndCanBeArchivedAgain() {
        List<List<String>> before = ledger.state();
        run(ledger.archive(), JULY);

        Report restored = ledger.archive().restore(JULY);

        assertThat(restored.usageEntries()).isEqualTo(8);
        assertThat(ledger.state()).isEqualTo(before);
        assertThat(ledger.audit()).isEmpty();
        assertThat(ledger.book(ledger.july.get(0))).isEqualTo(new Duplicate(2));
        run(ledger.archive(), JULY);
        assertThat(ledger.entries("org_a")).containsExactly("t1", "a6", "u7", "u8");
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void theLastMonthIsRestoredFirst() {
        ledger.at("2026-12-20T00:00:00Z");
        run(ledger.archive(), AUGUST);
        List<List<String>> before = ledger.state();

        refused(() -> ledger.archive().restore(JULY), "later month");
        assertThat(ledger.state()).isEqualTo(before);
        ledger.archive().restore(AUGUST);
        ledger.archive().restore(JULY);
        assertThat(ledger.entries("org_a")).hasSize(8);
        assertThat(ledger.audit()).isEmpty();
        refused(() -> ledger.archive().restore(JULY), "not archived");
    }

    @Test
    void aMonthIsNotPutBackBesideAnEventOfItThatCameAgain() {
        run(ledger.archive(), JULY);
        UsageEvent old = ledger.july.get(4);
        assertThat(ledger.book(ArchivedLedger.again(old, "2026-11-19T00:00:00Z")))
                .isInstanceOf(Booked.class);
        List<List<String>> before = ledger.state();

        refused(
                () -> ledger.archive().restore(JULY),
                "2026-07 can't be put back: 1 of its events came again with a new time and was booked again."
                        + " org_b: entry 8 has the dedupe key " + old.dedupeKey() + ". ");
        assertThat(ledger.state()).isEqualTo(before);
        assertThat(ledger.audit()).isEmpty();
    }
}
