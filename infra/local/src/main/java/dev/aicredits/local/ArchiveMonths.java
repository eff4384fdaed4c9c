package dev.aicredits.local;

import dev.aicredits.archive.Archive;
import dev.aicredits.archive.Archive.Report;
import dev.aicredits.archive.ArchiveRefusedException;
import dev.aicredits.archive.DamagedArchiveException;
import dev.aicredits.embedded.StartupFailure;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code infra/archive}: an operator moves closed months of the ledger to files, and back. */
@Command(
        name = "infra/archive",
        description =
                "Moves usage of closed months, older than any event that is still accepted, from the ledger to compressed"
                        + " files, which infra/audit reads; or puts a month back. Works as the owner of the schema while services run."
                        + " Whoever was interrupted runs it again. Exits with 0 if it did all, 1 if it could not, 2 if it was asked"
                        + " wrongly.")
public final class ArchiveMonths implements Callable<Integer> {

    private static final class What {
        @Option(
                names = "--through",
                paramLabel = "<month>",
                description = "Archive all months up to this one, such as 2026-07, that are not archived yet.")
        @Nullable YearMonth through;

        @Option(
                names = "--restore",
                paramLabel = "<month>",
                description = "Put this month, the last that was archived, back into the ledger.")
        @Nullable YearMonth restored;
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    private What what = new What();

    @Option(
            names = "--dry-run",
            description =
                    "Say what --through would do first, and change nothing. A later month begins where this one ends.")
    private boolean dryRun;

    @Option(
            names = "--event-age-max-days",
            paramLabel = "<days>",
            description = "The largest event-age-max of those who take events (default: 100).")
    private long eventAgeMaxDays = 100;

    @Mixin
    private LedgerOptions ledger = new LedgerOptions();

    @Option(names = "--help", usageHelp = true, description = "Prints this and does nothing else.")
    boolean help;

    private ArchiveMonths() {}

    public static void main(String[] arguments) {
        System.exit(OneLineErrors.commandLine(new ArchiveMonths()).execute(arguments));
    }

    @Override
    public Integer call() {
        if (dryRun && what.restored != null) {
            System.err.println("infra/archive: --dry-run is of --through; --restore has none");
            return 2;
        }
        try {
            Archive archive = new Archive(ledger.owner(), ledger.archive(), Clock.systemUTC());
            if (what.restored != null) {
                say(archive.restore(what.restored), "back in the ledger");
            } else {
                YearMonth through = Objects.requireNonNull(what.through);
                Duration age = Duration.ofDays(eventAgeMaxDays);
                AtomicInteger months = new AtomicInteger();
                if (dryRun) {
                    archive.preview(through, age).forEach(report -> say(report, "would leave the ledger", months));
                } else {
                    archive.run(through, age, report -> say(report, "left the ledger", months));
                }
                if (months.get() == 0) {
                    System.out.println("Nothing to archive.");
                }
            }
            return 0;
        } catch (ArchiveRefusedException | DamagedArchiveException | StartupFailure e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            return failed("the archive's folder can't be used: " + e.getMessage());
        } catch (DataAccessException | CannotCreateTransactionException e) {
            return failed("the database refused, or is not there: "
                    + String.valueOf(e.getMostSpecificCause().getMessage())
                            .lines()
                            .findFirst()
                            .orElse(""));
        }
    }

    private static void say(Report report, String what, AtomicInteger months) {
        say(report, what);
        months.incrementAndGet();
    }

    private static void say(Report report, String what) {
        System.out.println(report.month() + ": " + report.usageEntries() + " usage entries of " + report.organizations()
                + " organizations " + what + "; " + report.file() + " has all " + report.entries() + " entries");
        report.heldBack().forEach(reason -> System.out.println("  stays: " + reason));
    }

    private static int failed(String sentence) {
        System.err.println("infra/archive: " + sentence);
        return 1;
    }
}
