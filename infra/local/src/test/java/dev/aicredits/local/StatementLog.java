package dev.aicredits.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The statements that a running {@code infra/up}'s database got, as its server logged them. */
final class StatementLog {

    private static final String MARK = "~statement~";
    private static final Pattern RECORD =
            Pattern.compile(MARK + "([^~]*)~ LOG:  (?:statement|execute [^:]*): (.*)", Pattern.DOTALL);

    private final Path server;

    private StatementLog(Path server) {
        this.server = server;
    }

    /** Has the server of this data folder log every statement from now on, of connections that are open too. */
    static StatementLog of(Path data, String jdbcUrl) throws IOException, SQLException {
        Path server = data.resolve("postgres");
        Files.writeString(
                server.resolve("pgdata/ai-credits.conf"),
                "log_statement = 'all'\nlog_line_prefix = '" + MARK + "%u~ '\n",
                StandardOpenOption.APPEND);
        String password = Files.readString(server.resolve("superuser-password")).strip();
        try (Connection superuser = DriverManager.getConnection(jdbcUrl, "postgres", password);
                Statement reload = superuser.createStatement()) {
            reload.execute("SELECT pg_reload_conf()");
        }
        return new StatementLog(server);
    }

    /** What a role sent until now, in order. */
    List<String> of(String role) throws IOException {
        List<String> statements = new ArrayList<>();
        // What belongs to a record follows it on lines that begin with a tab.
        for (String record : Files.readString(server.resolve("server.log")).split("\n(?!\t)", -1)) {
            Matcher matcher = RECORD.matcher(record);
            if (matcher.matches() && matcher.group(1).equals(role)) {
                statements.add(matcher.group(2));
            }
        }
        return statements;
    }
}
