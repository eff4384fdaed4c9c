package dev.aicredits.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A JVM that owns a PostgreSQL server, commits a row, and waits to be killed. Prints the server's pid. */
public final class PostgresMain {
    private PostgresMain() {}

    public static void main(String[] arguments) throws Exception {
        PostgresServer server = PostgresServer.start(PostgresSettings.in(Path.of(arguments[0])));
        Sql.run(server, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)");
        System.out.println("pid " + server.pid());
        new CountDownLatch(1).await();
    }
}
