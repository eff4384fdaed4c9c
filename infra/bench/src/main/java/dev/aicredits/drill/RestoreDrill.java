package dev.aicredits.drill;

import dev.aicredits.bench.EventSource;
import dev.aicredits.bench.ObedientPlatform;
import dev.aicredits.bench.Workload;
import dev.aicredits.embedded.Groups;
import dev.aicredits.usage.UsageEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The database is lost, restored from a base backup and the archived write-ahead log to a point in time before that, and what
 * was booked after the point is read from the broker again.
 */
final class RestoreDrill {

    private static final int PER_SECOND = 500;
    private static final Workload WORKLOAD = new Workload(100, 10, 5, 0);
    private static final long LIMIT_NANOS_MAX = 60_000_000;
    private static final Duration PURCHASE_EVERY = Duration.ofSeconds(1);
    private static final Duration PART = Duration.ofSeconds(15);
    private static final Duration WITHOUT_DATABASE = Duration.ofSeconds(5);
    private static final Duration RECOVERY_MAX = Duration.ofMinutes(2);
    private static final Duration BOOKED_MAX = Duration.ofMinutes(2);

    /** As PostgreSQL reads it while it recovers: no letter Z then. */
    private static final DateTimeFormatter RECOVERY_TARGET =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT);

    /** How much earlier than the point the broker is read again: more than usage was late by. */
    private static final Duration MARGIN = Duration.ofSeconds(20);

    private RestoreDrill() {}

    static void run(Clock clock, Scratch scratch, Steps steps) {
        Path archive = scratch.folder("archive");
        DrillSystem.Plan plan = new DrillSystem.Plan(
                scratch.folder("postgres"),
                Map.of(
                        "archive_mode", "on",
                        "archive_timeout", "5s",
                        "archive_command", "test ! -f \"" + archive + "/%f\" && cp \"%p\" \"" + archive + "/%f\""),
                scratch.folder("kafka"),
                RollingDrill.QUICK_GROUPS,
                WORKLOAD,
                LIMIT_NANOS_MAX);
        Instant began = clock.instant();
        try (DrillSystem system = DrillSystem.start(clock, scratch, plan, steps)) {
            system.startServices(steps, 1, 1, 1, 0);
            try (ObedientPlatform platform = system.obedientPlatform()) {
                UsageLoad load = UsageLoad.start(
                        system.bootstrapServers(),
                        new EventSource(clock, UsageEvent.TOPIC, WORKLOAD, 1, platform::mayRun),
                        PER_SECOND);
                Customers customers = system.customers(PURCHASE_EVERY);
                Path backup = scratch.folder("backup").resolve("pgdata");
                OffsetDateTime point;
                try (load;
                        customers) {
                    point = upToTheDisaster(system, scratch, backup, steps);
                }
                system.fleet().stop();
                steps.step("services are stopped");
                restore(system, scratch, backup, archive, point, steps);
                readAgain(system, point.toInstant().minus(MARGIN), steps);
                system.fleet().all().forEach(ServiceProcess::startAgain);
                steps.step("services are started");
                Verdict verdict = new Verdict(system, steps);
                Tally tally = verdict.exactlyOnce(List.of(load.acknowledged()), BOOKED_MAX);
                sayAnew(system, steps);
                verdict.stopped(tally, platform);
                giveBackWhatHasNoOrder(system, customers.paid(), began, steps);
                verdict.reconciled(began);
                verdict.clean();
                verdict.forgottenAcknowledgements();
            }
        }
    }

    /** Works, is backed up, works on past the point that it is restored to, and loses its database. */
    private static OffsetDateTime upToTheDisaster(DrillSystem system, Scratch scratch, Path backup, Steps steps) {
        Waiting.pass(PART);
        long start = System.nanoTime();
        BaseBackup.take(
                system.postgres().superuserDataSource("postgres"),
                scratch.folder("postgres").resolve("pgdata"),
                backup);
        steps.figure("backup_seconds", seconds(start));
        Waiting.pass(PART);
        JdbcClient jdbc = JdbcClient.create(system.postgres().superuserDataSource("aicredits"));
        OffsetDateTime point =
                jdbc.sql("SELECT clock_timestamp()").query(OffsetDateTime.class).single();
        steps.step("the point is " + point.toInstant() + ", with "
                + system.ledger().usageEntries() + " usage entries");
        Waiting.pass(PART);
        steps.step("lost with the database: " + system.ledger().usageEntries() + " usage entries, "
                + system.ledger().number("SELECT count(*) FROM ledger_entry WHERE entry_kind = 2") + " top-ups");
        system.postgres().kill();
        deleteTree(scratch.folder("postgres").resolve("pgdata"));
        steps.step("the database is killed and its files are gone; usage comes in all the same");
        Waiting.pass(WITHOUT_DATABASE);
        return point;
    }

    private static void restore(
            DrillSystem system, Scratch scratch, Path backup, Path archive, OffsetDateTime point, Steps steps) {
        Path restored = scratch.folder("restored");
        try {
            BaseBackup.copyFiles(backup, restored.resolve("pgdata"));
            Files.copy(
                    scratch.folder("postgres").resolve("superuser-password"), restored.resolve("superuser-password"));
            Files.createFile(restored.resolve("pgdata").resolve("recovery.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long start = System.nanoTime();
        system.startPostgres(
                restored,
                Map.of(
                        "restore_command",
                        "cp \"" + archive + "/%f\" \"%p\"",
                        "recovery_target_time",
                        RECOVERY_TARGET.format(point.withOffsetSameInstant(ZoneOffset.UTC)),
                        "recovery_target_action",
                        "promote"));
        JdbcClient jdbc = JdbcClient.create(system.postgres().superuserDataSource("aicredits"));
        steps.holds("the database has recovered and takes writes", Waiting.until(RECOVERY_MAX, () -> !jdbc.sql(
                        "SELECT pg_is_in_recovery()")
                .query(Boolean.class)
                .single()));
        steps.figure("recovery_seconds", seconds(start));
        steps.holds(
                "nothing in it is from after the point",
                jdbc.sql("SELECT count(*) FROM ledger_entry WHERE booked_at > :point")
                                .param("point", point)
                                .query(Long.class)
                                .single()
                        == 0);
        steps.step("it has " + system.ledger().usageEntries() + " usage entries");
        steps.holds(
                "the audit is clean before anything is read again",
                system.ledger().auditFindings() == 0);
    }

    private static void readAgain(DrillSystem system, Instant from, Steps steps) {
        try (Groups groups = new Groups(system.bootstrapServers())) {
            Map<String, String> topicByGroup = new TreeMap<>(
                    Map.of("usage-consumer", UsageEvent.TOPIC, "checkout-sync-worker", "stripe.events.v1"));
            topicByGroup.forEach((group, topic) -> {
                groups.readAgainFrom(group, topic, from);
                steps.step("%s reads %s again from %s: %,d records"
                        .formatted(group, topic, from, groups.lag(group, topic)));
            });
        }
    }

    /**
     * What the platform was told after the point had versions that the database does not know of, and gives again: all
     * states are told anew, in versions above any that there were, as the guide says.
     */
    private static void sayAnew(DrillSystem system, Steps steps) {
        JdbcClient jdbc = JdbcClient.create(system.ledger().owner());
        long stopped = system.ledger().number("SELECT count(*) FROM enforcement WHERE version % 2 = 1");
        jdbc.sql("""
                        WITH incidents AS (UPDATE incident SET version = version + 1000000),
                             archived AS (UPDATE archived_overshoot SET version = version + 1000000)
                        UPDATE enforcement SET version = version + 1000000,
                               published_version = version + CASE WHEN version > 0 THEN 999999 ELSE 1000000 END
                        """).update();
        steps.holds(
                "every state is told anew, in versions above a million, and %,d are stopped as before"
                        .formatted(stopped),
                Waiting.until(
                        BOOKED_MAX,
                        () -> system.ledger()
                                                .number(
                                                        "SELECT count(*) FROM enforcement WHERE published_version < version")
                                        == 0
                                && system.ledger()
                                                .number("SELECT count(*) FROM enforcement"
                                                        + " WHERE version % 2 = 1 AND version > 1000000")
                                        == stopped));
    }

    /** Orders that were made after the point are gone: what was paid for them is given back, as the guide says. */
    private static void giveBackWhatHasNoOrder(
            DrillSystem system, Map<String, String> paid, Instant began, Steps steps) {
        List<String> known = JdbcClient.create(system.ledger().owner())
                .sql("SELECT stripe_session_id FROM checkout_session WHERE stripe_session_id IS NOT NULL")
                .query(String.class)
                .list();
        List<String> unknown = paid.keySet().stream()
                .filter(session -> !known.contains(session))
                .toList();
        steps.holds(
                "every purchase whose order is there is credited once",
                Waiting.until(
                        BOOKED_MAX, () -> JdbcClient.create(system.ledger().owner())
                                .sql("SELECT checkout_session_id FROM ledger_entry WHERE entry_kind = 2 ORDER BY 1")
                                .query(String.class)
                                .list()
                                .equals(paid.keySet().stream()
                                        .filter(known::contains)
                                        .sorted()
                                        .toList())));
        steps.figure("purchases", paid.size());
        steps.figure("purchases_without_order", unknown.size());
        steps.holds("reconcile names each of them as unknown_session", Waiting.until(BOOKED_MAX, () -> unknown.stream()
                .allMatch(
                        session -> Verdict.reconciliation(system, began).body().contains(session))));
        unknown.forEach(session -> system.stripe().payments().refund(String.valueOf(paid.get(session))));
        steps.step("they are refunded at Stripe");
    }

    private static void deleteTree(Path folder) {
        try {
            org.springframework.util.FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String seconds(long startNanos) {
        return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - startNanos) / 1e9);
    }
}
