package dev.aicredits.local;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The databases of a server. */
final class JdbcDatabases {
    private final JdbcClient superuser;

    JdbcDatabases(DataSource superuser) {
        this.superuser = JdbcClient.create(superuser);
    }

    /** Creates an empty database; one that exists stays as it is. {@code name} must need no quotes. */
    void createIfAbsent(String name) {
        boolean present = superuser
                .sql("SELECT EXISTS (SELECT FROM pg_database WHERE datname = :name)")
                .param("name", name)
                .query(Boolean.class)
                .single();
        if (!present) {
            superuser.sql("CREATE DATABASE " + name).update();
        }
    }
}
