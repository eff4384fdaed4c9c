package dev.aicredits.archive;

import static dev.aicredits.archive.ArchivedLedger.AGE_MAX;
import static dev.aicredits.archive.ArchivedLedger.AUGUST;
import static dev.aicredits.archive.ArchivedLedger.JULY;
import static dev.aicredits.archive.ArchivedLedger.refused;
import static dev.aicredits.archive.ArchivedLedger.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.archive.Archive.Report;
import dev.aicredits.archive.Archive.Step;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Closed;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.usage.UsageEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A month's usage leaves the ledger for a file, whole or not at all. */
class ArchiveTest {

    private static final class Killed extends RuntimeException {}

    @TempDir
    Path folder;

    private ArchivedLedger ledger;
    private JulyFile julyFile;

    @BeforeEach
    void book() {
        ledger = new ArchivedLedger(folder);
        julyFile = new JulyFile(folder);
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void aMonthsUsageLeavesForAFileAndEverythingAddsUp() throws IOException {
        List<List<String>> before = ledger.state();

        List<Report> reports = run(ledger.archive(), JULY);

        assertThat(reports).containsExactly(new Report(JULY, 2, 11, 8, julyFile.path(), List.of()));
        assertThat(ledger.entries("org_a")).containsExactly("t1", "a6", "u7", "u8");
        assertThat(ledger.entries("org_b")).containsExactly("t1", "u6", "u7");
        assertThat(ledger.state().subList(1, 5)).isEqualTo(before.subList(1, 5));
        assertThat(ledger.audit()).isEmpty();
        assertThat(ledger.trialBalance()).isZero();
        assertThat(julyFile.lines())
                .hasSize(11)
                .first()
                .asString()
                .startsWith("{\"organization\":")
                .contains("\"seq\":1,");
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
        assertThat(Files.getPosixFilePermissions(julyFile.path()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(ledger.rows("SELECT action, subject, state_after->>'lastSeq' FROM audit_log"))
                .containsExactly("(ledger_month_archived,2026-07,5)", "(ledger_month_archived,2026-07,6)");
    }

    @Test
    void theSequenceGoesOnAndWhatWasArchivedIsLeftAlone() throws IOException {
        run(ledger.archive(), JULY);
        byte[] file = Files.readAllBytes(julyFile.path());

        BookingOutcome next = ledger.book(ArchivedLedger.inference("org_a", "user_1", "2026-11-19T00:00:00Z"));
        List<Report> again = run(ledger.archive(), JULY);

        assertThat(next).isInstanceOfSatisfying(Booked.class, booked -> assertThat(booked.entrySeq())
                .isEqualTo(9));
        assertThat(again).isEmpty();
        assertThat(Files.readAllBytes(julyFile.path())).isEqualTo(file);
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void monthsFollowOneAnother() {
        run(ledger.archive(), JULY);
        ledger.at("2026-12-20T00:00:00Z");

        assertThat(run(ledger.archive(), AUGUST)).singleElement().satisfies(report -> {
            assertThat(report.month()).isEqualTo(AUGUST);
            assertThat(report.usageEntries()).isEqualTo(3);
        });
        assertThat(ledger.entries("org_a")).containsExactly("t1", "a6");
        assertThat(ledger.entries("org_b")).containsExactly("t1", "u7");
        assertThat(ledger.audit()).isEmpty();
        assertThat(ledger.trialBalance()).isZero();
        assertThat(ledger.book(ArchivedLedger.inference("org_a", null, "2026-12-19T00:00:00Z")))
                .isInstanceOfSatisfying(
                        Booked.class, booked -> assertThat(booked.entrySeq()).isEqualTo(9));
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void severalMonthsAreArchivedAtOnceEachInItsFile() {
        ledger.at("2026-12-20T00:00:00Z");

        assertThat(run(ledger.archive(), AUGUST)).extracting(Report::month).containsExactly(JULY, AUGUST);
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void aMonthIsReportedWhenItIsDoneThoughALaterOneFails() {
        ledger.at("2026-12-20T00:00:00Z");
        List<YearMonth> done = new ArrayList<>();

        assertThatExceptionOfType(Killed.class)
                .isThrownBy(() -> killedAt(Step.WRITTEN, 2).run(AUGUST, AGE_MAX, report -> done.add(report.month())));

        assertThat(done).containsExactly(JULY);
    }

    @Test
    void anArchivedEventThatComesAgainIsNotBooked() {
        run(ledger.archive(), JULY);
        List<List<String>> before = ledger.state();
        UsageEvent young = ArchivedLedger.inference("org_a", "user_1", "2026-11-19T00:00:00Z");

        assertThat(ledger.book(ledger.july)).hasSize(8).containsOnly(new Closed());
        assertThat(ledger.book(ArchivedLedger.inference("org_b", null, "2026-07-31T23:59:59.999999Z")))
                .as("never seen, and too late")
                .isEqualTo(new Closed());
        assertThat(ledger.book(ledger.late)).as("booked later, so still here").isEqualTo(new Duplicate(7));
        assertThat(ledger.state()).isEqualTo(before);

        assertThat(ledger.book(List.of(ledger.july.get(0), young, ledger.july.get(7), young)))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo(new Closed()),
                        second -> assertThat(second).isInstanceOf(Booked.class),
                        third -> assertThat(third).isEqualTo(new Closed()),
                        fourth -> assertThat(fourth).isEqualTo(new Duplicate(9)));
        assertThat(ledger.book(ArchivedLedger.inference("org_b", null, "2026-08-01T00:00:00Z")))
                .as("of the month after")
                .isInstanceOf(Booked.class);
        assertThat(ledger.audit()).isEmpty();
    }

    /** Again and again all of July, and something new, while the month leaves and comes back. */
    @Test
    void whatComesAgainDuringARunIsNotBookedEither() {
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Integer> delivering = CompletableFuture.supplyAsync(() -> {
            int batches = 0;
            while (!enough.get() || batches == 0) {
                List<UsageEvent> batch = new ArrayList<>(ledger.july);
                batch.add(ArchivedLedger.inference("org_a", "user_1", "2026-11-19T00:00:00Z"));
                List<BookingOutcome> outcomes = ledger.book(batch);
                assertThat(outcomes.subList(0, 8)).hasOnlyElementsOfTypes(Duplicate.class, Closed.class);
                assertThat(outcomes.get(8)).isInstanceOf(Booked.class);
                batches++;
            }
            return batches;
        });
        try {
            for (int round = 0; round < 3; round++) {
                run(ledger.archive(), JULY);
                ledger.archive().restore(JULY);
            }
            run(ledger.archive(), JULY);
        } finally {
            enough.set(true);
        }

        int batches = delivering.join();
        assertThat(ledger.entries("org_a")).hasSize(4 + batches);
        assertThat(ledger.audit()).isEmpty();
    }

    /** From when the closing is written down, before anything has left. */
    @Test
    void aClosedMonthIsClosedThoughItsEntriesAreStillHere() {
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> run(killedAt(Step.WRITTEN, 1), JULY));

        assertThat(ledger.book(ledger.july.get(0))).isEqualTo(new Duplicate(2));
        assertThat(ledger.book(ArchivedLedger.inference("org_a", null, "2026-07-20T00:00:00Z")))
                .isEqualTo(new Closed());
        assertThat(ledger.audit()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"CLOSED, 1", "CLOSED, 2", "WRITTEN, 1", "DESCRIBED, 1", "VERIFIED, 1", "REMOVED, 1", "REMOVED, 2"})
    void whoeverIsKilledIsRunAgainAndNothingIsLostOrTwice(Step step, int time) throws IOException {
        List<List<String>> before = ledger.state();
        run(ledger.archive(), JULY);
        List<List<String>> archived = ledger.state();
        ledger.archive().restore(JULY);
        Files.delete(julyFile.path());
        Files.delete(folder.resolve("ledger-2026-07.json"));
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> run(killedAt(step, time), JULY));
        Files.writeString(folder.resolve("ledger-2026-07.jsonl.gz.part"), "what a kill in the middle of a file leaves");
        assertThat(ledger.audit()).isEmpty();

        run(ledger.archive(), JULY);

        assertThat(ledger.state()).isEqualTo(archived);
        assertThat(julyFile.lines()).hasSize(11).doesNotHaveDuplicates();
        assertThat(ledger.audit()).isEmpty();
        ledger.archive().restore(JULY);
        assertThat(ledger.state()).isEqualTo(before);
    }

    private Archive killedAt(Step step, int time) {
        AtomicInteger times = new AtomicInteger();
        return ledger.archive(reached -> {
            if (reached == step && times.incrementAndGet() == time) {
                throw new Killed();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITTEN", "DESCRIBED"})
    void nothingLeavesForAFileThatIsNotWhatWasWritten(Step step) throws IOException {
        List<List<String>> before = ledger.state();
        Archive archive = ledger.archive(reached -> {
            if (reached == step) {
                julyFile.change(lines -> lines.remove(3));
            }
        });

        assertThatExceptionOfType(DamagedArchiveException.class).isThrownBy(() -> run(archive, JULY));
        assertThat(ledger.state().subList(0, 6)).isEqualTo(before.subList(0, 6));

        Files.delete(folder.resolve("ledger-2026-07.json"));
        run(ledger.archive(), JULY);
        assertThat(ledger.audit()).isEmpty();
    }

    /** The file follows and has the right sums, but an entry in it is not the ledger's. */
    @Test
    void theFileIsComparedEntryByEntry() {
        Archive archive = ledger.archive(reached -> {
            if (reached == Step.DESCRIBED) {
                julyFile.change(
                        lines -> lines.replaceAll(line -> line.replace("\"inputTokens\":100", "\"inputTokens\":101")));
                julyFile.describeAnew();
            }
        });

        assertThatExceptionOfType(DamagedArchiveException.class)
                .isThrownBy(() -> run(archive, JULY))
                .withMessageContaining("is not in the file as it is in the ledger");
        assertThat(ledger.entries("org_a")).hasSize(8);
    }

    @Test
    void aMonthWhoseEventsAreStillAcceptedStays() {
        refused(() -> run(ledger.archive(), AUGUST), "accepted until 2026-12-10");
        ledger.at("2026-08-20T00:00:00Z");
        refused(() -> ledger.archive().run(JULY, Duration.ofMinutes(1), report -> {}), "accepted until 2026-09-05");
        assertThat(ledger.entries("org_a")).hasSize(8);
    }

    /** Booked in July, by a clock that was behind: the ledger would have to refuse what is still accepted. */
    @Test
    void usageThatOccurredAfterItsMonthHoldsItsOrganizationBackUntilItIsOldToo() {
        ledger.superuser.sql("""
                        UPDATE ledger_entry SET occurred_at = '2026-08-13T00:00:00Z'
                         WHERE entry_seq = 2 AND organization_id = (
                               SELECT organization_id FROM organization WHERE public_id = 'org_a')
                        """).update();

        assertThat(run(ledger.archive(), JULY)).singleElement().satisfies(report -> {
            assertThat(report.organizations()).isEqualTo(1);
            assertThat(report.heldBack()).containsExactly("org_a has usage that occurred after the month");
        });
        assertThat(ledger.entries("org_a")).hasSize(8);
        assertThat(ledger.entries("org_b")).hasSize(3);
    }

    /** Of the organization: two debits after entry 3. Of anonymous calls in July: one, as entry 5 is of June. */
    @Test
    void anOpenIncidentHoldsNothingBackAndWhatLeftOfItsOvershootIsKept() {
        ledger.incident(0, 0, "organization", 3, null);
        ledger.incident(1, -1, "anonymous", 2, "2026-07-01");
        ledger.incident(2, 0, "agent", 2, "2026-07-01");
        ledger.superuser
                .sql("UPDATE incident SET resumed_at = '2026-08-01T00:00:00Z' WHERE scope = 'agent'")
                .update();
        List<List<String>> before = ledger.state();
        List<String> expected = ledger.rows("""
                SELECT v.scope, count(*), -sum(e.amount_nanos) FROM ledger_entry e
                  JOIN organization o ON o.organization_id = e.organization_id AND o.public_id = 'org_b'
                  JOIN (VALUES ('anonymous', 4), ('organization', 4), ('organization', 5)) v (scope, seq)
                    ON v.seq = e.entry_seq
                 GROUP BY v.scope
                """);

        assertThat(ledger.archive().preview(JULY, AGE_MAX).get(0).heldBack()).isEmpty();
        run(ledger.archive(), JULY);

        assertThat(ledger.entries("org_b")).containsExactly("t1", "u6", "u7");
        assertThat(ledger.rows("""
                        SELECT i.scope, a.overshoot_entries, a.overshoot_nanos FROM archived_overshoot a
                          JOIN incident i USING (organization_id, agent_id, external_user_id, version)
                        """)).hasSize(2).isEqualTo(expected);
        assertThat(ledger.audit()).isEmpty();

        ledger.archive().restore(JULY);
        assertThat(ledger.state()).isEqualTo(before);
        assertThat(ledger.rows("SELECT * FROM archived_overshoot")).isEmpty();
    }

    @Test
    void aPreviewChangesNothing() {
        List<List<String>> before = ledger.state();

        assertThat(ledger.archive().preview(JULY, AGE_MAX))
                .containsExactly(new Report(JULY, 2, 11, 8, julyFile.path(), List.of()));
        assertThat(ledger.state()).isEqualTo(before);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theArchiveOfAnotherLedgerIsNotWrittenOver() throws IOException {
        run(ledger.archive(), JULY);
        byte[] file = Files.readAllBytes(julyFile.path());
        ledger = new ArchivedLedger(folder);
        List<List<String>> before = ledger.state();

        refused(() -> run(ledger.archive(), JULY), "another archive");
        assertThat(ledger.state()).isEqualTo(before);
        assertThat(Files.readAllBytes(julyFile.path())).isEqualTo(file);
    }

    @Test
    void aClockThatIsAheadOfTheDatabasesArchivesNothing() {
        refused(() -> run(ledger.archiveOfAClockThatIsAhead(), JULY), "ahead of the database's");
    }

    /** As a network does that forgets a connection: the database frees the lock, and another may take it. */
    @ParameterizedTest
    @EnumSource(names = {"VERIFIED", "REMOVED"})
    void aRunThatLostItsLockTakesNothingMore(Step step) {
        Archive archive = ledger.archive(reached -> {
            if (reached == step) {
                ledger.endWhoeverHoldsALock();
            }
        });

        refused(() -> run(archive, JULY), "the connection that held the archive's lock is lost");
        assertThat(ledger.entries("org_b")).hasSize(7);
        assertThat(ledger.audit()).isEmpty();
        run(ledger.archive(), JULY);
        assertThat(ledger.entries("org_b")).hasSize(3);
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void oneAtATime() {
        Archive archive = ledger.archive(step -> ledger.archive().restore(JULY));

        refused(() -> run(archive, JULY), "another process");
    }
}
