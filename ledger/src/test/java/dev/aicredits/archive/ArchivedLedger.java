package dev.aicredits.archive;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.archive.Archive.Report;
import dev.aicredits.archive.Archive.Step;
import dev.aicredits.ledger.AuditFinding;
import dev.aicredits.ledger.AuditFinding.Kind;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.ledger.RatedUsage;
import dev.aicredits.ledger.TestRates;
import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.rating.Rating;
import dev.aicredits.schema.LedgerTestDatabase;
import dev.aicredits.testkit.SettableClock;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A ledger of two organizations over July, August and September of 2026, and what archives it. All of a JVM have one database, of
 * which each takes everything: an archive is of all organizations.
 */
final class ArchivedLedger {

    private static final LedgerTestDatabase DATABASE = LedgerTestDatabase.create();
    private static final Rating RATING = TestRates.publish(DATABASE.owner());

    /** When July, but not August, is older than any event that is taken. */
    static final String WHEN_JULY_IS_OLD = "2026-11-20T00:00:00Z";

    static final YearMonth JULY = YearMonth.of(2026, 7);
    static final YearMonth AUGUST = YearMonth.of(2026, 8);
    static final Duration AGE_MAX = Duration.ofDays(100);

    final JdbcClient superuser = JdbcClient.create(DATABASE.superuser());
    final List<UsageEvent> july = new ArrayList<>();
    final UsageEvent late;
    final Path folder;
    private final SettableClock clock = new SettableClock("2026-07-10T12:00:00.5Z");
    private final JdbcLedger ledger = new JdbcLedger(DATABASE.app(), clock);

    ArchivedLedger(Path folder) {
        this.folder = folder;
        superuser
                .sql(Stream.of(
                                "archived_overshoot",
                                "archived_spend",
                                "ledger_closing",
                                "ledger_entry",
                                "organization_balance",
                                "agent_spend",
                                "external_user_spend",
                                "agent_daily_total",
                                "daily_total_progress",
                                "incident",
                                "audit_log",
                                "agent_directory",
                                "agent",
                                "external_user",
                                "organization")
                        .map(table -> "DELETE FROM " + table)
                        .collect(Collectors.joining("; ")))
                .update();
        for (String organization : List.of("org_a", "org_b")) {
            new JdbcOrganizations(DATABASE.app(), clock).open(organization, "Name");
            ledger.book(NewEntry.topUp(
                    organization, Usd.of("10"), UUID.randomUUID(), clock.instant(), "cs_" + organization));
            july.add(inference(organization, "user_1", "2026-07-09T00:00:00Z"));
            july.add(inference(organization, "user_1", "2026-07-10T11:00:00.000001Z"));
            july.add(inference(organization, null, "2026-07-01T00:00:00Z"));
            july.add(usage(organization, null, "2026-06-30T23:59:59Z", new Counted(UsageKind.TOOL_CALL, "call", 3)));
        }
        book(july);
        ledger.book(NewEntry.adjustment(
                "org_a", Usd.of("-1.5"), UUID.randomUUID(), clock.instant(), "a \"reason\"\nof two lines \u00f6"));
        at("2026-08-05T00:00:00Z");
        late = inference("org_a", "user_2", "2026-07-31T23:00:00Z");
        book(List.of(late, inference("org_a", "user_1", "2026-08-04T00:00:00Z"), augustOfB()));
        at("2026-09-05T00:00:00Z");
        book(List.of(inference("org_b", "user_1", "2026-09-04T00:00:00Z")));
        at(WHEN_JULY_IS_OLD);
    }

    private static UsageEvent augustOfB() {
        return inference("org_b", "user_1", "2026-08-05T00:00:00Z");
    }

    void at(String time) {
        clock.set(time);
    }

    Archive archive() {
        return archive(step -> {});
    }

    Archive archive(Consumer<Step> reached) {
        return new Archive(DATABASE.owner(), folder, clock, reached, clock::instant);
    }

    /** One whose machine's clock is ahead of the database's by more than it may. */
    Archive archiveOfAClockThatIsAhead() {
        return new Archive(DATABASE.owner(), folder, clock, step -> {}, () -> clock.instant()
                .minus(Duration.ofMinutes(11)));
    }

    static UsageEvent inference(String organization, @Nullable String user, String at) {
        return usage(organization, user, at, new Inference("test", "small", 100, 20, 0, 10));
    }

    static UsageEvent usage(String organization, @Nullable String user, String at, Consumption consumption) {
        return new UsageEvent(
                UUID.randomUUID(), organization, "ag_" + organization, user, Instant.parse(at), consumption, null);
    }

    /** The same event with another time. */
    static UsageEvent again(UsageEvent event, String at) {
        return new UsageEvent(
                event.dedupeKey(),
                event.organizationId(),
                event.agentId(),
                event.externalUserId(),
                Instant.parse(at),
                event.consumption(),
                event.trustedCost());
    }

    /** A stop of org_b in July, of its one agent or a part of that, that has not ended. */
    void incident(long version, long user, String scope, long crossingSeq, @Nullable String windowStart) {
        superuser
                .sql("""
                        INSERT INTO incident (organization_id, agent_id, external_user_id, version, scope, balance_nanos,
                                              window_start, cause, crossing_entry_seq, decided_entry_seq, stopped_at)
                        SELECT o.organization_id, CASE :scope WHEN 'organization' THEN 0 ELSE a.agent_id END, :user,
                               :version, :scope, 0, :window::date, 'usage', :crossing, :crossing, '2026-07-10T12:00:00Z'
                          FROM organization o JOIN agent a USING (organization_id)
                         WHERE o.public_id = 'org_b'
                        """)
                .param("scope", scope)
                .param("user", user)
                .param("version", version)
                .param("window", windowStart)
                .param("crossing", crossingSeq)
                .update();
    }

    /** Ends the database's session of whoever archives. */
    void endWhoeverHoldsALock() {
        superuser.sql("""
                        SELECT pg_terminate_backend(pid, 10000) FROM pg_locks
                         WHERE locktype = 'advisory' AND granted
                           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        """).query(Boolean.class).list();
    }

    BookingOutcome book(UsageEvent event) {
        return book(List.of(event)).get(0);
    }

    List<BookingOutcome> book(List<UsageEvent> events) {
        return ledger.book(events.stream()
                        .map(event -> new RatedUsage(event, (Priced) RATING.rate(event)))
                        .toList())
                .outcomes();
    }

    /** Everything that both audits find. */
    List<AuditFinding> audit() {
        List<AuditFinding> findings = new ArrayList<>(new JdbcAudit(DATABASE.app()).run());
        findings.addAll(new ArchiveAudit(DATABASE.app(), folder).run());
        return findings;
    }

    /** What both audits find, by kind. */
    List<Kind> kindsFound() {
        return audit().stream().map(AuditFinding::kind).distinct().toList();
    }

    /** Archives, and answers what is reported of each month. */
    static List<Report> run(Archive archive, YearMonth through) {
        List<Report> reports = new ArrayList<>();
        archive.run(through, AGE_MAX, reports::add);
        return reports;
    }

    static void refused(Runnable run, String why) {
        assertThatExceptionOfType(ArchiveRefusedException.class)
                .isThrownBy(run::run)
                .withMessageContaining(why);
    }

    BigDecimal trialBalance() {
        return superuser
                .sql("SELECT sum(balance_nanos) FROM trial_balance")
                .query(BigDecimal.class)
                .single();
    }

    /** The sequence numbers in the ledger, each with its kind's first letter. */
    List<String> entries(String organization) {
        return superuser.sql("""
                        SELECT left(entry_kind, 1) || entry_seq FROM ledger_statement
                         WHERE organization_id = ? ORDER BY entry_seq
                        """).param(organization).query(String.class).list();
    }

    /** All that a statement returns, a text a row. */
    List<String> rows(String from) {
        return superuser
                .sql("SELECT t::text FROM (" + from + ") t ORDER BY 1")
                .query(String.class)
                .list();
    }

    /** The state that a run changes: the ledger, the totals it does not, and the closings but for when they were made. */
    List<List<String>> state() {
        return Arrays.asList(
                rows("SELECT * FROM ledger_entry"),
                rows("SELECT * FROM organization_balance"),
                rows("SELECT * FROM agent_spend"),
                rows("SELECT * FROM external_user_spend"),
                rows("SELECT * FROM agent_daily_spend"),
                rows("SELECT * FROM archived_spend"),
                rows("SELECT organization_id, month, first_seq, last_seq, opening_balance_nanos, closing_balance_nanos,"
                        + " usage_entries, usage_nanos, closed_before, archived_at IS NULL FROM ledger_closing"));
    }
}
