package dev.aicredits.archive;

import dev.aicredits.archive.JdbcArchivedOvershoots.OpenStop;
import dev.aicredits.archive.JdbcArchivedOvershoots.Stop;
import dev.aicredits.archive.JdbcArchivedSpends.Slot;
import dev.aicredits.ledger.AuditFinding;
import dev.aicredits.ledger.AuditFinding.Kind;
import dev.aicredits.ledger.BilledUsage;
import dev.aicredits.ratecard.JdbcRateCards;
import dev.aicredits.rating.Rating;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes archived months from their files: that each file is the one that was archived, that its entries lead from the opening to
 * the closing balances without a gap, that their amounts follow from their counts, and that what the database keeps of them (the
 * entries that are not usage, their part of the totals and of the overshoots of stops that lasted) is what the files say. It changes
 * nothing.
 *
 * <p>{@link dev.aicredits.ledger.JdbcAudit} takes the closings as given; with this one nothing is.
 */
public final class ArchiveAudit {

    private static final long ANONYMOUS = -1;
    private static final String ALL = "*";

    private final JdbcClosings store;
    private final JdbcArchivedSpends spends;
    private final JdbcArchivedOvershoots overshoots;
    private final ArchiveFolder folder;
    private final DataSource dataSource;

    /** Works on {@code dataSource}, under any role that reads the tables. */
    public ArchiveAudit(DataSource dataSource, Path folder) {
        this.store = new JdbcClosings(dataSource);
        this.spends = new JdbcArchivedSpends(dataSource);
        this.overshoots = new JdbcArchivedOvershoots(dataSource);
        this.folder = new ArchiveFolder(folder);
        this.dataSource = dataSource;
    }

    /** Every difference there is; none if the archives are right, or there are none. */
    public List<AuditFinding> run() {
        List<AuditFinding> findings = new ArrayList<>();
        List<YearMonth> months = store.archivedMonths();
        if (months.isEmpty()) {
            return findings;
        }
        Rating rating = new JdbcRateCards(dataSource).load();
        Map<Integer, BilledUsage.Product> products = spends.products();
        for (YearMonth month : months) {
            audit(month, rating, products, findings);
        }
        return findings;
    }

    private void audit(
            YearMonth month, Rating rating, Map<Integer, BilledUsage.Product> products, List<AuditFinding> findings) {
        List<LedgerClosing> closings =
                store.of(month).stream().filter(LedgerClosing::isArchived).toList();
        ArchiveManifest manifest;
        try {
            manifest = folder.manifest(month).orElse(null);
        } catch (DamagedArchiveException e) {
            findings.add(damaged(month, String.valueOf(e.getMessage())));
            return;
        }
        if (manifest == null) {
            findings.add(damaged(month, "no manifest beside " + folder.file(month)));
            return;
        }
        addOtherClosings(month, closings, manifest, findings);
        Sums sums = new Sums(rating, products, overshoots.openStops(month), findings);
        try {
            folder.read(month, manifest, sums::add);
        } catch (DamagedArchiveException e) {
            findings.add(damaged(month, String.valueOf(e.getMessage())));
            return;
        }
        Map<Stop, Spent> kept = overshoots.kept(month);
        for (LedgerClosing archived : closings) {
            addKept(archived.closing(), sums, findings);
            addSpends(month, archived.closing(), sums, findings);
            addOvershoots(month, archived.closing(), sums, kept, findings);
        }
    }

    private static AuditFinding damaged(YearMonth month, String found) {
        return new AuditFinding(Kind.ARCHIVE, ALL, month.toString(), "the file that was archived", found);
    }

    /** Where the ledger's closings are not those that the manifest has, each by its own file. */
    private static void addOtherClosings(
            YearMonth month, List<LedgerClosing> closings, ArchiveManifest manifest, List<AuditFinding> findings) {
        Set<Closing> described = new HashSet<>(manifest.closings());
        for (LedgerClosing archived : closings) {
            Closing closing = archived.closing();
            if (!described.contains(closing)) {
                findings.add(new AuditFinding(
                        Kind.ARCHIVE,
                        closing.organizationId(),
                        month + ", closing",
                        manifest.closings().stream()
                                .filter(other -> other.organization() == closing.organization())
                                .findFirst()
                                .map(Closing::toString)
                                .orElse("none"),
                        closing.toString()));
            }
            if (!manifest.sha256().equals(archived.fileSha256())) {
                findings.add(new AuditFinding(
                        Kind.ARCHIVE,
                        closing.organizationId(),
                        month + ", SHA-256 of the file",
                        String.valueOf(archived.fileSha256()),
                        manifest.sha256()));
            }
        }
    }

    private void addKept(Closing closing, Sums sums, List<AuditFinding> findings) {
        Map<Long, ArchivedEntry> expected = new HashMap<>();
        sums.kept.getOrDefault(closing.organization(), List.of()).forEach(entry -> expected.put(entry.seq(), entry));
        for (ArchivedEntry found : store.keptEntries(closing)) {
            ArchivedEntry inFile = expected.remove(found.seq());
            if (!found.equals(inFile)) {
                findings.add(new AuditFinding(
                        Kind.ARCHIVE,
                        closing.organizationId(),
                        "entry " + found.seq(),
                        String.valueOf(inFile),
                        found.toString()));
            }
        }
        expected.values()
                .forEach(missing -> findings.add(new AuditFinding(
                        Kind.ARCHIVE, closing.organizationId(), "entry " + missing.seq(), missing.toString(), "null")));
    }

    private void addSpends(YearMonth month, Closing closing, Sums sums, List<AuditFinding> findings) {
        Map<Slot, Spent> expected = sums.spends.getOrDefault(closing.organization(), Map.of());
        Map<Slot, Spent> found = spends.of(closing.organization(), month);
        Set<Slot> slots = new HashSet<>(expected.keySet());
        slots.addAll(found.keySet());
        for (Slot slot : slots) {
            if (!Objects.equals(expected.get(slot), found.get(slot))) {
                findings.add(new AuditFinding(
                        Kind.ARCHIVED_SPEND,
                        closing.organizationId(),
                        month + ", " + slot,
                        String.valueOf(expected.get(slot)),
                        String.valueOf(found.get(slot))));
            }
        }
    }

    private static void addOvershoots(
            YearMonth month, Closing closing, Sums sums, Map<Stop, Spent> kept, List<AuditFinding> findings) {
        Set<Stop> stops = new HashSet<>(sums.overshoots.keySet());
        stops.addAll(kept.keySet());
        stops.removeIf(stop -> stop.organization() != closing.organization());
        for (Stop stop : stops) {
            if (!Objects.equals(sums.overshoots.get(stop), kept.get(stop))) {
                findings.add(new AuditFinding(
                        Kind.ARCHIVED_OVERSHOOT,
                        closing.organizationId(),
                        month + ", " + stop,
                        String.valueOf(sums.overshoots.get(stop)),
                        String.valueOf(kept.get(stop))));
            }
        }
    }

    /** What a file's entries add up to, by organization. */
    private static final class Sums {
        final Map<Long, Map<Slot, Spent>> spends = new HashMap<>();
        final Map<Long, List<ArchivedEntry>> kept = new HashMap<>();
        final Map<Stop, Spent> overshoots = new HashMap<>();
        private final Rating rating;
        private final Map<Integer, BilledUsage.Product> products;
        private final Map<Long, List<OpenStop>> openStops;
        private final List<AuditFinding> findings;

        Sums(
                Rating rating,
                Map<Integer, BilledUsage.Product> products,
                Map<Long, List<OpenStop>> openStops,
                List<AuditFinding> findings) {
            this.rating = rating;
            this.products = products;
            this.openStops = openStops;
            this.findings = findings;
        }

        void add(ArchivedEntry entry) {
            if (!entry.isUsage()) {
                kept.computeIfAbsent(entry.organization(), key -> new ArrayList<>())
                        .add(entry);
                return;
            }
            LocalDate day = LocalDate.ofInstant(entry.occurredAt(), ZoneOffset.UTC);
            LocalDate first = day.withDayOfMonth(1);
            Spent spent = new Spent(-entry.amountNanos(), 1);
            long agent = number(entry.agent());
            Map<Slot, Spent> ours = spends.computeIfAbsent(entry.organization(), key -> new HashMap<>());
            ours.merge(new Slot(agent, 0, 0, first), spent, Spent::plus);
            Long user = entry.externalUser();
            ours.merge(new Slot(agent, user == null ? ANONYMOUS : user, 0, first), spent, Spent::plus);
            ours.merge(new Slot(agent, 0, (int) number(entry.product()), day), spent, Spent::plus);
            for (OpenStop open : openStops.getOrDefault(entry.organization(), List.of())) {
                if (open.covers(entry, first)) {
                    overshoots.merge(open.stop(), spent, Spent::plus);
                }
            }
            addAmount(entry);
        }

        private void addAmount(ArchivedEntry entry) {
            Integer version = entry.rateCardVersion();
            if (version == null) {
                return;
            }
            BilledUsage billed = new BilledUsage(
                    products.get((int) number(entry.product())),
                    version,
                    (int) number(entry.inputTokens()),
                    (int) number(entry.cachedInputTokens()),
                    (int) number(entry.cacheCreationInputTokens()),
                    (int) number(entry.outputTokens()),
                    (int) number(entry.quantity()));
            String expected = billed.expectedAmount(rating);
            String found = Long.toString(entry.amountNanos());
            if (!expected.equals(found)) {
                findings.add(new AuditFinding(
                        Kind.AMOUNT, "#" + entry.organization(), "archived entry " + entry.seq(), expected, found));
            }
        }

        private static long number(@Nullable Number value) {
            return value == null ? 0 : value.longValue();
        }
    }
}
