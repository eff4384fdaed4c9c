package dev.aicredits.consumer.chaos;

import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.UsageBooking;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Where a worker waits for a test, in the midst of a batch, and tells it afterwards what became of that. */
final class Gate {

    private static final long GLANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Path reached;
    private final Path open;
    private final Path outcomes;

    /** The same for the test and its worker if {@code folder} is. */
    Gate(Path folder) {
        reached = folder.resolve("reached");
        open = folder.resolve("open");
        outcomes = folder.resolve("outcomes");
    }

    /** The worker's: returns when the test has opened it. */
    void pass() {
        write(reached, "");
        while (!Files.exists(open)) {
            LockSupport.parkNanos(GLANCE_NANOS);
        }
    }

    /** The worker's: what it booked behind the gate. */
    void tell(UsageBooking booking) {
        Map<String, Long> counts = booking.outcomes().stream()
                .collect(Collectors.groupingBy(Gate::name, TreeMap::new, Collectors.counting()));
        write(outcomes, counts.toString());
    }

    private static String name(BookingOutcome outcome) {
        return outcome.getClass().getSimpleName();
    }

    boolean isReached() {
        return Files.exists(reached);
    }

    void open() {
        write(open, "");
    }

    boolean isPassed() {
        return Files.exists(outcomes);
    }

    /** How many of each outcome there were, such as {@code {Booked=5, Duplicate=2}}. */
    String outcomes() {
        try {
            return Files.readString(outcomes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Beside its place first, so that it is whole whenever it is there. */
    private static void write(Path file, String text) {
        try {
            Path unfinished = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
