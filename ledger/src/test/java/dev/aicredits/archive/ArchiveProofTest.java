package dev.aicredits.archive;

import static dev.aicredits.archive.ArchivedLedger.JULY;
import static dev.aicredits.archive.ArchivedLedger.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.ledger.AuditFinding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit proves what has left by its file, and by what the database keeps of it. */
class ArchiveProofTest {

    @TempDir
    Path folder;

    private ArchivedLedger ledger;
    private JulyFile julyFile;

    @BeforeEach
    void book() {
        ledger = new ArchivedLedger(folder);
        julyFile = new JulyFile(folder);
    }

    @Test
    void aFileThatWasTamperedWithIsFound() throws IOException {
        run(ledger.archive(), JULY);
        Path file = julyFile.path();
        byte[] sound = Files.readAllBytes(file);

        julyFile.change(
                lines -> lines.replaceAll(line -> line.replace("\"seq\":3,\"kind\":1", "\"seq\":3,\"kind\":7")));
        assertThat(ledger.kindsFound()).containsExactly(Kind.ARCHIVE);
        Files.write(file, sound);
        assertThat(ledger.kindsFound()).isEmpty();

        Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
        assertThat(ledger.kindsFound()).as("a byte at the end").containsExactly(Kind.ARCHIVE);
        Files.write(file, Arrays.copyOf(sound, sound.length - 1));
        assertThat(ledger.kindsFound()).as("cut").containsExactly(Kind.ARCHIVE);
        Files.delete(file);
        assertThat(ledger.kindsFound()).as("gone").containsExactly(Kind.ARCHIVE);

        Files.write(file, sound);
        julyFile.change(lines -> lines.replaceAll(line -> line.replace("\"inputTokens\":100", "\"inputTokens\":101")));
        julyFile.describeAnew();
        assertThat(ledger.kindsFound())
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
        assertThat(ledger.kindsFound()).contains(Kind.ARCHIVE);
        Files.writeString(file, sound.replaceFirst("\"format\" : 1", "\"format\" : 2"));
        assertThat(ledger.kindsFound()).containsExactly(Kind.ARCHIVE);
        Files.writeString(file, "{}");
        assertThat(ledger.kindsFound()).containsExactly(Kind.ARCHIVE);
        Files.delete(file);
        assertThat(ledger.kindsFound()).containsExactly(Kind.ARCHIVE);
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

        assertThat(ledger.kindsFound())
                .contains(Arrays.stream(kinds.split(" ", -1)).map(Kind::valueOf).toArray(Kind[]::new));
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

        assertThat(ledger.kindsFound()).contains(Kind.ARCHIVED_OVERSHOOT).containsOnly(Kind.ARCHIVED_OVERSHOOT);
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
}
