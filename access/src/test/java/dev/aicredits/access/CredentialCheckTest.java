package dev.aicredits.access;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.access.CredentialCheck.CallersUnknown;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/** What a credential is that nobody can be asked about. */
class CredentialCheckTest {

    /** The filter that asks answers no other failure, and who watches requests would see a status that nobody got. */
    @Test
    void aKeyThatCanNotBeLookedUpIsAFailureOfOursThatTheFilterAnswers() {
        ApiKey key = ApiKey.random(new SecureRandom());

        assertThatThrownBy(() -> ask(key.text()))
                .isInstanceOf(CallersUnknown.class)
                .hasCauseInstanceOf(DataAccessException.class);
    }

    @Test
    void whatIsNoKeyIsRefusedWithoutAsking() {
        assertThatThrownBy(() -> ask(ApiKey.PREFIX + "nothing")).isInstanceOf(InvalidBearerTokenException.class);
    }

    private static void ask(String token) {
        Clock clock = Clock.systemUTC();
        new CredentialCheck(
                        new JdbcCallers(new Away(), new KeyHashes(List.of("a-pepper-of-this-test-0123456789")), clock),
                        new Delegations(List.of(), clock),
                        null)
                .authenticate(new BearerTokenAuthenticationToken(token));
    }

    private static final class Away extends AbstractDataSource {
        @Override
        public Connection getConnection() throws SQLException {
            throw new SQLException("away", "08001");
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return getConnection();
        }
    }
}
