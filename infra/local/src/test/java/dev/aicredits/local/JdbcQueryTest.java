package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcQueryTest {
    @ParameterizedTest
    @CsvSource({
        "postgresql://u:p@127.0.0.1:15432/db, jdbc:postgresql://127.0.0.1:15432/db?user=u&password=p",
        "postgres://u@host/db, jdbc:postgresql://host:5432/db?user=u",
        "postgresql://u:a%2Fb+c@host/db?sslmode=require,"
                + " jdbc:postgresql://host:5432/db?user=u&password=a%2Fb%2Bc&sslmode=require",
    })
    void takesTheUrlThatPsqlTakes(String url, String jdbcUrl) {
        assertThat(JdbcQuery.jdbcUrl(url)).isEqualTo(jdbcUrl);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.0.0.1", "mysql://u:p@host/db", "postgresql://u:p@/db", "post gres://x"})
    void refusesWhatIsNoSuchUrl(String url) {
        assertThatThrownBy(() -> JdbcQuery.jdbcUrl(url)).isInstanceOf(JdbcQuery.FailedException.class);
    }

    @Test
    void alignsTextLeftAndNumbersRight() {
        TextTable table = new TextTable(
                List.of(new TextTable.Column("id", false), new TextTable.Column("amount", true)),
                List.of(List.of("org_acme", "-5"), List.of("x", "")));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        table.print(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "id       | amount", "---------+-------", "org_acme |     -5", "x        |", "(2 rows)");
    }
}
