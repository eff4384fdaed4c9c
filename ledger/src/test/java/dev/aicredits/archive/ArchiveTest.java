package dev.aicredits.archive;

import static dev.aicredits.archive.ArchivedLedger.AGE_MAX;
import static dev.aicredits.archive.ArchivedLedger.AUGUST;
import static dev.aicredits.archive.ArchivedLedger.JULY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.archive.Archive.Report;
import dev.aicredits.archive.Archive.Step;
import dev.aicredits.ledger.AuditFinding;
import dev.aicredits.ledger.AuditFinding.Kind;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Closed;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.usage.UsageEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {

    private static final class Killed extends RuntimeException {}

    @TempDir
    Path folder;

    private ArchivedLedger ledger;

    @BeforeEach
    void book() {
        ledger = new ArchivedLedger(folder);
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void aMonthsUsageLeavesForAFileAndEverythingAddsUp() throws IOException {
        List<List<String>> before = ledger.state();

        List<Report> reports = run(ledger.archive(), JULY);

        assertThat(reports)
                .containsExactly(new Report(JULY, 2, 11, 8, folder.resolve("ledger-2026-07.jsonl.gz"), List.of()));
        assertThat(ledger.entries("org_a")).containsExactly("t1", "a6", "u7", "u8");
        assertThat(ledger.entries("org_b")).containsExactly("t1", "u6", "u7");
        assertThat(ledger.state().subList(1, 5)).isEqualTo(before.subList(1, 5));
        assertThat(ledger.audit()).isEmpty();
        assertThat(ledger.trialBalance()).isZero();
        assertThat(lines())
                .hasSize(11)
                .first()
                .asString()
                .startsWith("{\"organization\":")
                .contains("\"seq\":1,");
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
        assertThat(Files.getPosixFilePermissions(folder.resolve("ledger-2026-07.jsonl.gz")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(ledger.rows("SELECT action, subject, state_after->>'lastSeq' FROM audit_log"))
                .containsExactly("(ledger_month_archived,2026-07,5)", "(ledger_month_archived,2026-07,6)");
    }

    @Test
    void theSequenceGoesOnAndWhatWasArchivedIsLeftAlone() throws IOException {
        run(ledger.archive(), JULY);
        byte[] file = Files.readAllBytes(folder.resolve("ledger-2026-07.jsonl.gz"));

        BookingOutcome next = ledger.book(ArchivedLedger.inference("org_a", "user_1", "2026-11-19T00:00:00Z"));
        List<Report> again = run(ledger.archive(), JULY);

        assertThat(next).isInstanceOfSatisfying(Booked.class, booked -> assertThat(booked.entrySeq())
                .isEqualTo(9));
        assertThat(again).isEmpty();
        assertThat(Files.readAllBytes(folder.resolve("ledger-2026-07.jsonl.gz")))
                .isEqualTo(file);
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
        Files.delete(folder.resolve("ledger-2026-07.jsonl.gz"));
        Files.delete(folder.resolve("ledger-2026-07.json"));
        assertThatExceptionOfType(Killed.class).isThrownBy(() -> run(killedAt(step, time), JULY));
        Files.writeString(folder.resolve("ledger-2026-07.jsonl.gz.part"), "what a kill in the middle of a file leaves");
        assertThat(ledger.audit()).isEmpty();

        run(ledger.archive(), JULY);

        assertThat(ledger.state()).isEqualTo(archived);
        assertThat(lines()).hasSize(11).doesNotHaveDuplicates();
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
                change(lines -> lines.remove(3));
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
                change(lines -> lines.replaceAll(line -> line.replace("\"inputTokens\":100", "\"inputTokens\":101")));
                describeAnew();
            }
        });

        assertThatExceptionOfType(DamagedArchiveException.class)
                .isThrownBy(() -> run(archive, JULY))
                .withMessageContaining("is not in the file as it is in the ledger");
        assertThat(ledger.entries("org_a")).hasSize(8);
    }

    private void describeAnew() {
        ArchiveFolder files = new ArchiveFolder(folder);
        ArchiveManifest old = files.manifest(JULY).orElseThrow();
        files.write(
                JULY,
                new ArchiveManifest(
                        old.format(),
                        old.month(),
                        old.file(),
                        old.bytes(),
                        sha256(),
                        old.entries(),
                        old.writtenAt(),
                        old.closings()));
    }

    private String sha256() {
        try {
            return java.util.HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                            .digest(Files.readAllBytes(folder.resolve("ledger-2026-07.jsonl.gz"))));
        } catch (IOException | java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFileThatWasTamperedWithIsFound() throws IOException {
        run(ledger.archive(), JULY);
        Path file = folder.resolve("ledger-2026-07.jsonl.gz");
        byte[] sound = Files.readAllBytes(file);

        change(lines -> lines.replaceAll(line -> line.replace("\"seq\":3,\"kind\":1", "\"seq\":3,\"kind\":7")));
        assertThat(kinds()).containsExactly(Kind.ARCHIVE);
        Files.write(file, sound);
        assertThat(kinds()).isEmpty();

        Files.write(file, new byte[] {0}, java.nio.file.StandardOpenOption.APPEND);
        assertThat(kinds()).as("a byte at the end").containsExactly(Kind.ARCHIVE);
        Files.write(file, java.util.Arrays.copyOf(sound, sound.length - 1));
        assertThat(kinds()).as("cut").containsExactly(Kind.ARCHIVE);
        Files.delete(file);
        assertThat(kinds()).as("gone").containsExactly(Kind.ARCHIVE);

        Files.write(file, sound);
        change(lines -> lines.replaceAll(line -> line.replace("\"inputTokens\":100", "\"inputTokens\":101")));
        describeAnew();
        assertThat(kinds())
                .as("another file with a manifest of its own: its SHA-256, and amounts that its counts do not give")
                .contains(Kind.ARCHIVE, Kind.AMOUNT);
        assertThatExceptionOfType(DamagedArchiveException.class)
                .isThrownBy(() -> ledger.archive().restore(JULY));
        assertThat(ledger.entries("org_a")).hasSize(4);
    }

    @Test
    void aManifestThatWasTamperedWithIsFound() throws IOException {
        run(ledger.archive(), JULY);
        Path file = folder.resolve("ledger-2026-07.json");
        String sound = Files.readString(file);

        Files.writeString(file, sound.replaceFirst("\"closingBalanceNanos\" : ", "\"closingBalanceNanos\" : 1"));
        assertThat(kinds()).contains(Kind.ARCHIVE);
        Files.writeString(file, sound.replaceFirst("\"format\" : 1", "\"format\" : 2"));
        assertThat(kinds()).containsExactly(Kind.ARCHIVE);
        Files.writeString(file, "{}");
        assertThat(kinds()).containsExactly(Kind.ARCHIVE);
        Files.delete(file);
        assertThat(kinds()).containsExactly(Kind.ARCHIVE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE ledger_entry SET description = 'x' WHERE entry_kind = 7 | ARCHIVE",
                "DELETE FROM ledger_entry WHERE entry_kind = 7 | ARCHIVE CLOSING BALANCE ENTRY_COUNT",
                "UPDATE ledger_closing SET closing_balance_nanos = closing_balance_nanos + 1 WHERE last_seq = 6"
                        + " | ARCHIVE CLOSING BALANCE_AFTER",
                "UPDATE ledger_closing SET usage_nanos = usage_nanos - 1 WHERE last_seq = 6 | ARCHIVE CLOSING BALANCE",
                "UPDATE ledger_closing SET file_sha256 = sha256('x') WHERE last_seq = 6 | ARCHIVE",
                "UPDATE archived_spend SET spent_nanos = spent_nanos + 1 WHERE product_id <> 0 AND window_start = '2026-07-09'"
                        + " | ARCHIVED_SPEND AGENT_DAILY_SPEND",
                "UPDATE agent_spend SET entry_count = entry_count + 1 WHERE window_start = '2026-06-01' | AGENT_SPEND",
                "INSERT INTO ledger_entry (organization_id, entry_seq, amount_nanos, balance_after_nanos, occurred_at,"
                        + " booked_at, dedupe_key, agent_id, product_id, entry_kind) SELECT organization_id, 2, 0, 0, now(),"
                        + " now(), gen_random_uuid(), 1, 1, 1 FROM ledger_closing WHERE last_seq = 6 | CLOSING ENTRY_COUNT"
            })
    void whatTheDatabaseKeepsOfAnArchivedMonthIsProved(String change, String kinds) {
        run(ledger.archive(), JULY);

        ledger.superuser.sql(change).update();

        assertThat(kinds())
                .contains(java.util.Arrays.stream(kinds.split(" ", -1))
                        .map(Kind::valueOf)
                        .toArray(Kind[]::new));
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

    /** The stop of the organization has a row with two debits; that of anonymous calls one of none, and of one user two. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE archived_overshoot SET overshoot_nanos = overshoot_nanos + 1 WHERE external_user_id = 0",
                "UPDATE archived_overshoot SET overshoot_entries = overshoot_entries + 1 WHERE external_user_id = -1",
                "DELETE FROM archived_overshoot WHERE external_user_id = 0",
                "UPDATE incident SET version = version + 1000000 WHERE scope = 'organization'",
                "UPDATE incident SET crossing_entry_seq = 4 WHERE scope = 'organization'",
                "INSERT INTO archived_overshoot SELECT organization_id, month, 99, 0, 1, 1, 1 FROM ledger_closing"
                        + " WHERE last_seq = 5"
            })
    void whatTheDatabaseKeepsOfAnArchivedOvershootIsProved(String change) {
        ledger.incident(1, 0, "organization", 3, null);
        ledger.incident(1, -1, "anonymous", 2, "2026-07-01");
        run(ledger.archive(), JULY);
        assertThat(ledger.audit()).isEmpty();

        ledger.superuser.sql(change).update();

        assertThat(kinds()).contains(Kind.ARCHIVED_OVERSHOOT).containsOnly(Kind.ARCHIVED_OVERSHOOT);
    }

    /** As after a point-in-time recovery, with the statement of the operator's guide. */
    @Test
    void stopsThatAreNumberedAnewKeepWhatLeftOfTheirOvershoot() throws IOException {
        ledger.incident(1, 0, "organization", 3, null);
        run(ledger.archive(), JULY);
        String guide = Files.readString(Path.of("../infra/README.md"));
        int statement = guide.indexOf("WITH incidents AS");

        ledger.superuser
                .sql(guide.substring(statement, guide.indexOf(';', statement)))
                .update();

        assertThat(ledger.rows("SELECT version FROM incident")).containsExactly("(1000001)");
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void aPreviewChangesNothing() {
        List<List<String>> before = ledger.state();

        assertThat(ledger.archive().preview(JULY, AGE_MAX))
                .containsExactly(new Report(JULY, 2, 11, 8, folder.resolve("ledger-2026-07.jsonl.gz"), List.of()));
        assertThat(ledger.state()).isEqualTo(before);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theArchiveOfAnotherLedgerIsNotWrittenOver() throws IOException {
        run(ledger.archive(), JULY);
        byte[] file = Files.readAllBytes(folder.resolve("ledger-2026-07.jsonl.gz"));
        ledger = new ArchivedLedger(folder);
        List<List<String>> before = ledger.state();

        refused(() -> run(ledger.archive(), JULY), "another archive");
        assertThat(ledger.state()).isEqualTo(before);
        assertThat(Files.readAllBytes(folder.resolve("ledger-2026-07.jsonl.gz")))
                .isEqualTo(file);
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

    private static List<Report> run(Archive archive, YearMonth through) {
        List<Report> reports = new ArrayList<>();
        archive.run(through, AGE_MAX, reports::add);
        return reports;
    }

    private static void refused(Runnable run, String why) {
        assertThatExceptionOfType(ArchiveRefusedException.class)
                .isThrownBy(run::run)
                .withMessageContaining(why);
    }

    private List<Kind> kinds() {
        return ledger.audit().stream().map(AuditFinding::kind).distinct().toList();
    }

    private List<String> lines() {
        try (GZIPInputStream gzip =
                new GZIPInputStream(Files.newInputStream(folder.resolve("ledger-2026-07.jsonl.gz")))) {
            return new String(gzip.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes the file anew with other lines, compressed as it was. */
    private void change(java.util.function.Consumer<List<String>> change) {
        List<String> lines = new ArrayList<>(lines());
        List<String> before = List.copyOf(lines);
        change.accept(lines);
        assertThat(lines).isNotEqualTo(before);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            new ByteArrayInputStream((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8))
                    .transferTo(gzip);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        try {
            Files.write(folder.resolve("ledger-2026-07.jsonl.gz"), bytes.toByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
