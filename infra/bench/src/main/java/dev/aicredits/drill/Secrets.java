package dev.aicredits.drill;

import dev.aicredits.access.ApiKey;
import dev.aicredits.access.JdbcKeyring;
import dev.aicredits.access.KeyHashes;
import dev.aicredits.ledger.Member.Role;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;

/**
 * What a drill's processes know and nobody else, made anew for each.
 *
 * @param rolePassword of all the database's roles
 * @param pepper what keys are hashed under
 * @param operator a key that may ask for reports
 * @param owner a key of one organization's
 */
record Secrets(
        String rolePassword, String pepper, String stripeKey, String webhookSecret, ApiKey operator, ApiKey owner) {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 24;
    private static final String OPERATOR = "usr_drill";

    static Secrets random() {
        return new Secrets(
                text(),
                text(),
                "sk_test_" + text(),
                "whsec_" + text(),
                ApiKey.randomOfOperator(RANDOM),
                ApiKey.random(RANDOM));
    }

    /** Lets both keys in. Safe to repeat. */
    void handOut(DataSource owner, String organizationId) {
        JdbcKeyring keyring = new JdbcKeyring(owner, new KeyHashes(List.of(pepper)));
        keyring.addOperator(OPERATOR, "Drill");
        keyring.addOperatorKey(OPERATOR, operator);
        keyring.addKey(organizationId, "drill", Role.OWNER, this.owner);
    }

    private static String text() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Without them. */
    @Override
    public String toString() {
        return "Secrets";
    }
}
