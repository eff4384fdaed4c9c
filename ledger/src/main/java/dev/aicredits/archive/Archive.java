package dev.aicredits.archive;

import dev.aicredits.ledger.ClosedMonths;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Moves closed months of the ledger to files, and back.
 *
 * <p>A month is what was booked in it. Its usage leaves once it is older than any event that is still accepted; the other entries are
 * in the file too and stay, so that refunds, disputes, corrections and the reconciliation have what they refer to. What leaves of the
 * overshoot of an incident under way is kept beside it.
 *
 * <p>Five steps, each safe to repeat, so that whoever is killed is simply run again:
 *
 * <ol>
 *   <li>a closing for each organization: the stretch of its sequence, the balances before and after. From then on the ledger refuses
 *       usage that occurred before, whatever its dedupe key;
 *   <li>the file, then its manifest, whole and on the disk;
 *   <li>the file is read again and compared with the ledger, entry by entry;
 *   <li>an organization at a time, one transaction takes the entries out and makes the closing count;
 *   <li>nothing else: a file is never written again once an entry has left because of it.
 * </ol>
 */
public final class Archive {

    /** Where a run may be killed; tests do. */
    enum Step {
        CLOSED,
        WRITTEN,
        DESCRIBED,
        VERIFIED,
        REMOVED
    }

    /**
     * What became of a month, or would become of it.
     *
     * @param organizations how many have entries that leave or stay with a closing
     * @param entries how many entries the file has
     * @param usageEntries how many of them leave the ledger
     * @param heldBack the organizations that keep theirs for now, each with the reason
     */
    public record Report(
            YearMonth month, long organizations, long entries, long usageEntries, Path file, List<String> heldBack) {}

    private record Plan(List<Closing> closings, List<String> heldBack) {}

    /** By how much this clock may be ahead of the database's; {@link ClosedMonths#AGE_MIN} has days to spare. */
    private static final Duration CLOCKS_APART_MAX = Duration.ofMinutes(10);

    /** Entries that are compared with one query, and held for it. */
    private static final int COMPARED_AT_ONCE = 20_000;

    private final DataSource owner;
    private final JdbcArchive reads;
    private final JdbcClosings ledger;
    private final ArchiveFolder folder;
    private final Clock clock;
    private final Consumer<Step> reached;
    private final Supplier<Instant> databaseClock;

    /**
     * An archive in a folder.
     *
     * @param owner logs in as the owner of the schema, who alone may remove entries
     */
    public Archive(DataSource owner, Path folder, Clock clock) {
        this(owner, folder, clock, step -> {}, () -> JdbcArchive.now(owner));
    }

    Archive(DataSource owner, Path folder, Clock clock, Consumer<Step> reached, Supplier<Instant> databaseClock) {
        this.owner = owner;
        this.reads = new JdbcArchive(owner, clock);
        this.databaseClock = databaseClock;
        this.ledger = new JdbcClosings(owner);
        this.folder = new ArchiveFolder(folder);
        this.clock = clock;
        this.reached = reached;
    }

    /**
     * Archives the months up to one, the oldest first; what was archived before is left alone.
     *
     * @param eventAgeMax the oldest event that is still accepted, by the settings of who takes events; at least {@link
     *     ClosedMonths#AGE_MIN} is kept whatever they are
     * @param done takes each month that had something to archive, once it is done: a later one may fail
     * @throws ArchiveRefusedException if the month is too young, or another archives
     * @throws DamagedArchiveException if a file or the ledger is not what it was; nothing has left the ledger because of it
     */
    public void run(YearMonth through, Duration eventAgeMax, Consumer<Report> done) {
        JdbcArchive.alone(owner, clock, store -> {
            Instant youngest = youngest(through, eventAgeMax);
            for (YearMonth month : months(store, through)) {
                Report report = archive(store, month, youngest);
                if (report.organizations() > 0 || !report.heldBack().isEmpty()) {
                    done.accept(report);
                }
            }
        });
    }

    /** What {@link #run} would do of the first month that has something, for a later one starts where that one ends. */
    public List<Report> preview(YearMonth through, Duration eventAgeMax) {
        Instant youngest = youngest(through, eventAgeMax);
        for (YearMonth month : months(reads, through)) {
            List<LedgerClosing> before = ledger.of(month);
            Plan plan = hasLeft(before) ? new Plan(List.of(), List.of()) : plan(reads, month, youngest);
            List<Closing> closings = new ArrayList<>(plan.closings());
            closings.addAll(pending(before));
            if (!closings.isEmpty() || !plan.heldBack().isEmpty()) {
                return List.of(report(month, closings, plan.heldBack()));
            }
        }
        return List.of();
    }

    /**
     * Puts a month's usage back into the ledger, in one transaction. The file stays.
     *
     * @throws ArchiveRefusedException if the month is not archived, or a later one is, or the ledger has an event of it that came
     *     again with a new time
     * @throws DamagedArchiveException if the file is not what was archived; nothing changes
     */
    public Report restore(YearMonth month) {
        List<Report> restored = new ArrayList<>();
        JdbcArchive.alone(owner, clock, store -> {
            List<LedgerClosing> closings =
                    ledger.of(month).stream().filter(LedgerClosing::isArchived).toList();
            if (closings.isEmpty()) {
                throw new ArchiveRefusedException(month + " is not archived");
            }
            ArchiveManifest manifest = manifest(month, closings);
            store.restore(month, closings, sink -> folder.read(month, manifest, sink));
            restored.add(report(month, closings(closings), List.of()));
        });
        return restored.get(0);
    }

    private Instant youngest(YearMonth through, Duration eventAgeMax) {
        Duration age = eventAgeMax.compareTo(ClosedMonths.AGE_MIN) < 0 ? ClosedMonths.AGE_MIN : eventAgeMax;
        Instant now = clock.instant();
        if (now.isAfter(databaseClock.get().plus(CLOCKS_APART_MAX))) {
            throw new ArchiveRefusedException(
                    "the clock here is ahead of the database's: what is still accepted might leave");
        }
        Instant youngest = now.minus(age);
        if (JdbcArchive.end(through).isAfter(youngest)) {
            throw new ArchiveRefusedException("usage of " + through + " is accepted until "
                    + JdbcArchive.end(through).plus(age) + ": archive it then");
        }
        return youngest;
    }

    private static List<YearMonth> months(JdbcArchive store, YearMonth through) {
        List<YearMonth> months = new ArrayList<>();
        store.firstMonth().ifPresent(first -> {
            for (YearMonth month = first; !month.isAfter(through); month = month.plusMonths(1)) {
                months.add(month);
            }
        });
        return months;
    }

    /** Whether the month has its file, which is never added to: what was held back then leaves with a later month. */
    private static boolean hasLeft(List<LedgerClosing> closings) {
        return closings.stream().anyMatch(LedgerClosing::isArchived);
    }

    private static List<Closing> closings(List<LedgerClosing> of) {
        return of.stream().map(LedgerClosing::closing).toList();
    }

    /** Those whose entries are still in the ledger. */
    private static List<Closing> pending(List<LedgerClosing> of) {
        return closings(of.stream().filter(closing -> !closing.isArchived()).toList());
    }

    private static Plan plan(JdbcArchive store, YearMonth month, Instant youngest) {
        List<Closing> closings = new ArrayList<>();
        List<String> heldBack = new ArrayList<>();
        for (JdbcArchive.Stretch stretch : store.openStretches(month)) {
            Closing closing = store.closing(stretch, month);
            if (closing.closedBefore().isAfter(youngest)) {
                heldBack.add(closing.organizationId() + " has usage that occurred after the month");
            } else {
                closings.add(closing);
            }
        }
        return new Plan(closings, heldBack);
    }

    private Report archive(JdbcArchive store, YearMonth month, Instant youngest) {
        List<LedgerClosing> before = ledger.of(month);
        List<String> heldBack = List.of();
        if (!hasLeft(before)) {
            Plan plan = plan(store, month, youngest);
            heldBack = plan.heldBack();
            close(store, month, closings(before), plan.closings());
        }
        List<LedgerClosing> closings = ledger.of(month);
        List<Closing> pending = pending(closings);
        if (!pending.isEmpty()) {
            ArchiveManifest manifest = manifest(month, closings);
            verify(month, manifest, pending);
            reached.accept(Step.VERIFIED);
            for (Closing closing : pending) {
                store.archive(closing, manifest.sha256());
                reached.accept(Step.REMOVED);
            }
        }
        return report(month, pending, heldBack);
    }

    /** Closes what is open of a month, and writes the file of all its closings unless that was done. */
    private void close(JdbcArchive store, YearMonth month, List<Closing> before, List<Closing> open) {
        List<Closing> all = Stream.concat(before.stream(), open.stream())
                .sorted(Comparator.comparingLong(Closing::organization))
                .toList();
        Optional<ArchiveManifest> present = folder.manifest(month);
        boolean isWritten =
                present.filter(manifest -> manifest.closings().equals(all)).isPresent();
        if (present.isPresent() && !isWritten && !all.isEmpty()) {
            throw new ArchiveRefusedException(folder.file(month) + " is another archive of " + month
                    + ": put it elsewhere, or use another folder");
        }
        for (Closing closing : open) {
            store.close(closing);
            reached.accept(Step.CLOSED);
        }
        if (!all.isEmpty() && !isWritten) {
            write(month, all);
        }
    }

    private void write(YearMonth month, List<Closing> closings) {
        ArchiveManifest manifest = folder.write(
                month, closings, sink -> closings.forEach(closing -> entries(closing, sink)), clock.instant());
        reached.accept(Step.WRITTEN);
        folder.write(month, manifest);
        reached.accept(Step.DESCRIBED);
    }

    private void entries(Closing closing, Consumer<ArchivedEntry> sink) {
        ledger.entries(closing.organization(), closing.firstSeq(), closing.lastSeq(), sink);
    }

    /** The month's manifest, which has just these closings, and the file by which entries left. */
    private ArchiveManifest manifest(YearMonth month, List<LedgerClosing> closings) {
        ArchiveManifest manifest = folder.manifest(month)
                .orElseThrow(
                        () -> new DamagedArchiveException(month + " has no manifest beside " + folder.file(month)));
        if (!manifest.closings().equals(closings(closings))) {
            throw new DamagedArchiveException("the manifest of " + month + " has other closings than the ledger");
        }
        closings.stream()
                .filter(closing -> closing.isArchived() && !manifest.sha256().equals(closing.fileSha256()))
                .findFirst()
                .ifPresent(closing -> {
                    throw new DamagedArchiveException(
                            "entries of " + closing.closing().organizationId() + " left for a file of " + month
                                    + " with SHA-256 " + closing.fileSha256() + ", not " + manifest.sha256());
                });
        return manifest;
    }

    /** Reads the file from the disk and compares it with what is about to leave the ledger. */
    private void verify(YearMonth month, ArchiveManifest manifest, List<Closing> pending) {
        Deque<Closing> left = new ArrayDeque<>(pending);
        Deque<ArchivedEntry> inFile = new ArrayDeque<>();
        folder.read(month, manifest, entry -> {
            Closing closing = left.peek();
            if (closing == null || entry.organization() != closing.organization()) {
                return;
            }
            inFile.add(entry);
            if (inFile.size() == COMPARED_AT_ONCE || entry.seq() == closing.lastSeq()) {
                compare(closing, inFile);
            }
            if (entry.seq() == closing.lastSeq()) {
                left.remove();
            }
        });
        if (!left.isEmpty()) {
            throw new DamagedArchiveException("the file of " + month + " ends early");
        }
    }

    private void compare(Closing closing, Deque<ArchivedEntry> inFile) {
        long first = Objects.requireNonNull(inFile.peekFirst()).seq();
        long last = Objects.requireNonNull(inFile.peekLast()).seq();
        ledger.entries(closing.organization(), first, last, entry -> {
            if (!entry.equals(inFile.poll())) {
                throw new DamagedArchiveException(closing.organizationId() + ": entry " + entry.seq()
                        + " is not in the file as it is in the ledger");
            }
        });
        if (!inFile.isEmpty()) {
            throw new DamagedArchiveException(
                    closing.organizationId() + ": the file has entries that the ledger has not");
        }
    }

    private Report report(YearMonth month, List<Closing> closings, List<String> heldBack) {
        return new Report(
                month,
                closings.size(),
                closings.stream().mapToLong(Closing::entries).sum(),
                closings.stream().mapToLong(Closing::usageEntries).sum(),
                folder.file(month),
                heldBack);
    }
}
