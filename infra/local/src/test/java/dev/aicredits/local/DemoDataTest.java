package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.ledger.BookingOutcome.UnknownOrganization;
import org.junit.jupiter.api.Test;

class DemoDataTest {

    @Test
    void aDataFolderThatHasTheCreditsInWhateverFormGetsNoOthers() {
        assertThat(DemoData.isCredited(new Booked(1, 50))).isTrue();
        assertThat(DemoData.isCredited(new Duplicate(1))).isTrue();
        assertThat(DemoData.isCredited(new Conflict(1)))
                .as("booked as a top-up")
                .isTrue();
        assertThat(DemoData.isCredited(new UnknownOrganization())).isFalse();
        assertThat(DemoData.isCredited(new OutOfRange())).isFalse();
    }
}
