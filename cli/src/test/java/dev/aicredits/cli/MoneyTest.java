package dev.aicredits.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.cli.FakeApi.Run;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {

    private static final String LEDGER = "/organizations/org_acme/ai-credits/ledger";
    private static final int NANO_PLACES = 9;
    private static final int RUNS = 5;

    @ParameterizedTest
    @CsvSource({
        "0,$0.00",
        "50,$50.00",
        "0.5,$0.50",
        "-0.000435,-$0.000435",
        "0.000000001,$0.000000001",
        "9223372036.854775807,$9223372036.854775807",
        "1E+2,$100.00",
        "1e-9,$0.000000001",
        "1e999999999,1e999999999",
        "1e99999999999,1e99999999999",
    })
    void anAmountIsShownExactly(String literal, String shown) {
        assertThat(Decimals.usd(literal)).isEqualTo(shown);
    }

    @Test
    void centsAreShownAsDollars() {
        assertThat(Decimals.cents("4905")).isEqualTo("$49.05");
        assertThat(Decimals.cents("-7")).isEqualTo("-$0.07");
    }

    @Test
    void whatIsNoNumberHasNoDollarSign() {
        assertThat(Column.usd("Amount", "amountUsd").cell(JsonText.parse("{\"amountUsd\":\"5\"}".getBytes(UTF_8))))
                .isEqualTo("5");
    }

    @Test
    void anyAmountPassesThroughToTheLastDigit() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (FakeApi api = new FakeApi()) {
            for (int i = 0; i < RUNS; i++) {
                String amount = new BigDecimal(BigInteger.valueOf(random.nextLong()), random.nextInt(NANO_PLACES + 1))
                        .toPlainString();
                api.on("GET " + LEDGER, 200, "{\"data\":[{\"amountUsd\":" + amount + "}],\"nextCursor\":null}");
                for (String format : List.of("json", "yaml", "csv")) {
                    Run run = api.run("billing credits ledger --output " + format);
                    assertThat(run.out())
                            .as("seed %d, %s", seed, format)
                            .containsPattern("[ ,]\\Q" + amount + "\\E[\r\n,]");
                }
                String shown =
                        api.run("billing credits ledger").out().lines().toList().get(1);
                String digits = shown.replaceAll("[^-0-9.$]+", "")
                        .replaceAll("^-{3}|-{5}$", "")
                        .replace("$", "");
                assertThat(new BigDecimal(digits)).as("seed %d", seed).isEqualByComparingTo(amount);
            }
        }
    }

    @Test
    void whatIsSentIsWhatWasTyped() throws IOException {
        try (FakeApi api = new FakeApi()) {
            api.run("billing credits checkout 1234567890.123456789");
            api.run("agents budget defaults ag --monthly 0.10");
            assertThat(api.asked().get(0)).endsWith("{\"creditAmountUsd\":1234567890.123456789}");
            assertThat(api.asked().get(1)).endsWith("{\"monthlyBudgetUsd\":0.10,\"currency\":\"USD\"}");
        }
    }
}
