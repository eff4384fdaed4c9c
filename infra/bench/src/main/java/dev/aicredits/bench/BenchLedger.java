package dev.aicredits.bench;

import dev.aicredits.embedded.PostgresServer;
import dev.aicredits.embedded.TopicDeclaration;
import dev.aicredits.embedded.TopicFile;
import dev.aicredits.embedded.Topics;
import dev.aicredits.schema.JdbcRoles;
import dev.aicredits.schema.LedgerDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** One scenario's database, dropped when it is closed, and topics, and what can be read from them. */
final class BenchLedger implements AutoCloseable {

    private final String name;
    private final String jdbcUrl;
    private final String password;
    private final DataSource superuser;
    private final PostgresServer postgres;

    // Progress is asked for ten times a second; a session each time would cost more than what is measured can spare.
    private final SingleConnectionDataSource counting;

    private BenchLedger(String name, String jdbcUrl, String password, PostgresServer postgres) {
        this.name = name;
        this.jdbcUrl = jdbcUrl;
        this.password = password;
        this.postgres = postgres;
        this.superuser = postgres.superuserDataSource(name);
        this.counting =
                new SingleConnectionDataSource(jdbcUrl, postgres.superuser(), postgres.superuserPassword(), true);
    }

    static BenchLedger create(
            PostgresServer postgres, String bootstrapServers, String password, String name, Workload workload) {
        JdbcClient.create(postgres.superuserDataSource("postgres"))
                .sql("CREATE DATABASE " + name)
                .update();
        BenchLedger ledger = new BenchLedger(name, postgres.jdbcUrl(name), password, postgres);
        LedgerDatabase.create(
                ledger.superuser,
                new JdbcRoles.Passwords(password, password, password),
                ledger.dataSource(LedgerDatabase.OWNER_ROLE));
        ledger.openOrganizations(workload);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            List<TopicDeclaration> topics = new ArrayList<>();
            for (TopicDeclaration topic : TopicFile.packaged()) {
                topics.add(new TopicDeclaration(ledger.topic(topic.name()), topic.partitions(), topic.config()));
            }
            Topics.apply(admin, topics, 1);
        }
        return ledger;
    }

    private void openOrganizations(Workload workload) {
        JdbcClient.create(superuser)
                .sql("""
                        WITH opened AS (
                            INSERT INTO organization (public_id, name)
                            SELECT 'org_bench_' || i, 'Benchmark ' || i FROM generate_series(0, :last) i
                            RETURNING organization_id)
                        INSERT INTO organization_balance (organization_id, balance_nanos, entry_seq, updated_at)
                        SELECT organization_id, 0, 0, now() FROM opened
                        """)
                .param("last", workload.organizations() - 1)
                .update();
    }

    /** This scenario's own name for a topic of the system. */
    String topic(String systemTopic) {
        return name + "." + systemTopic;
    }

    String name() {
        return name;
    }

    String jdbcUrl() {
        return jdbcUrl;
    }

    String password() {
        return password;
    }

    DataSource superuser() {
        return superuser;
    }

    DataSource dataSource(String role) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(jdbcUrl);
        dataSource.setUser(role);
        dataSource.setPassword(password);
        return dataSource;
    }

    /** How many entries are committed. */
    long entries() {
        return JdbcClient.create(counting)
                .sql("SELECT coalesce(sum(entry_seq), 0)::bigint FROM organization_balance")
                .query(Long.class)
                .single();
    }

    /** Seconds from the first booking to the last. */
    double bookingSeconds() {
        return JdbcClient.create(superuser)
                .sql("SELECT extract(epoch FROM max(booked_at) - min(booked_at)) FROM ledger_entry")
                .query(Double.class)
                .single();
    }

    /** Bytes on disk of the entries and their indexes. */
    long entryBytes() {
        return number("SELECT pg_total_relation_size('ledger_entry')");
    }

    long number(String sql) {
        return JdbcClient.create(superuser).sql(sql).query(Long.class).single();
    }

    /** Drops the database: what vacuums and checkpoints its tables still need is not the next scenario's cost. */
    @Override
    public void close() {
        counting.close();
        JdbcClient.create(postgres.superuserDataSource("postgres"))
                .sql("DROP DATABASE " + name + " WITH (FORCE)")
                .update();
    }
}
