package dev.aicredits.ledger;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.postgresql.PGConnection;

/** One column of a statement's input rows, as a PostgreSQL array; numbers travel in binary. */
public final class JdbcArrays {

    private JdbcArrays() {}

    public static <T> Array longs(Connection connection, Collection<T> rows, ToLongFunction<? super T> column)
            throws SQLException {
        long[] values = new long[rows.size()];
        int i = 0;
        for (T row : rows) {
            values[i++] = column.applyAsLong(row);
        }
        return connection.unwrap(PGConnection.class).createArrayOf("int8", values);
    }

    public static <T> Array ints(Connection connection, Collection<T> rows, ToIntFunction<? super T> column)
            throws SQLException {
        int[] values = new int[rows.size()];
        int i = 0;
        for (T row : rows) {
            values[i++] = column.applyAsInt(row);
        }
        return connection.unwrap(PGConnection.class).createArrayOf("int4", values);
    }

    public static <T> Array objects(
            Connection connection, String type, Collection<T> rows, Function<? super T, ? extends Object> column)
            throws SQLException {
        Object[] values = new Object[rows.size()];
        int i = 0;
        for (T row : rows) {
            values[i++] = column.apply(row);
        }
        return connection.createArrayOf(type, values);
    }
}
