package dev.aicredits.local;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Runs one statement of a person at a terminal and returns all of its rows as text. */
final class JdbcQuery {
    private static final Set<Integer> NUMBERS =
            Set.of(Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.REAL, Types.DOUBLE);
    private static final int POSTGRES_PORT = 5432;
    private static final String CONNECTION_FAILED = "08";

    /** It did not work, in one line. */
    static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedException(String sentence) {
            super(sentence);
        }
    }

    private final String jdbcUrl;

    JdbcQuery(String jdbcUrl) {
        this.jdbcUrl = jdbcUrl;
    }

    /** What pgjdbc takes in place of a URL that psql takes, {@code postgresql://user:password@host:port/database?…}. */
    static String jdbcUrl(String url) {
        try {
            URI uri = new URI(url);
            if (!Set.of("postgresql", "postgres").contains(String.valueOf(uri.getScheme())) || uri.getHost() == null) {
                throw new FailedException("DATABASE_URL is no postgresql:// URL");
            }
            StringBuilder jdbc = new StringBuilder("jdbc:postgresql://")
                    .append(uri.getHost())
                    .append(':')
                    .append(uri.getPort() < 0 ? POSTGRES_PORT : uri.getPort())
                    .append(uri.getRawPath())
                    .append('?');
            String[] user = String.valueOf(uri.getRawUserInfo()).split(":", 2);
            jdbc.append("user=").append(user[0]);
            if (user.length > 1) {
                jdbc.append("&password=").append(reencoded(user[1]));
            }
            return uri.getRawQuery() == null ? jdbc.toString() : jdbc + "&" + uri.getRawQuery();
        } catch (URISyntaxException e) {
            throw new FailedException("DATABASE_URL is no URL");
        }
    }

    /** A plus stands for itself before the @ of a URL, and for a space in its query. */
    private static String reencoded(String part) {
        String plain = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        return URLEncoder.encode(plain, StandardCharsets.UTF_8);
    }

    /** @throws FailedException if there is no connection or the statement is refused */
    TextTable run(String statement) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement sql = connection.createStatement()) {
            if (!sql.execute(statement)) {
                return TextTable.empty();
            }
            return table(sql.getResultSet());
        } catch (SQLException e) {
            throw new FailedException(sentence(e));
        }
    }

    private static TextTable table(ResultSet rows) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        List<TextTable.Column> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(new TextTable.Column(meta.getColumnLabel(i), NUMBERS.contains(meta.getColumnType(i))));
        }
        List<List<String>> lines = new ArrayList<>();
        while (rows.next()) {
            List<String> line = new ArrayList<>();
            for (int i = 1; i <= columns.size(); i++) {
                String value = rows.getString(i);
                line.add(value == null ? "" : value);
            }
            lines.add(line);
        }
        return new TextTable(columns, lines);
    }

    private static String sentence(SQLException failure) {
        if (failure instanceof PSQLException postgres) {
            ServerErrorMessage server = postgres.getServerErrorMessage();
            if (server != null && server.getMessage() != null) {
                return server.getMessage();
            }
        }
        String state = String.valueOf(failure.getSQLState());
        String hint = state.startsWith(CONNECTION_FAILED) ? " Is infra/up running?" : "";
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("failed") + hint;
    }
}
