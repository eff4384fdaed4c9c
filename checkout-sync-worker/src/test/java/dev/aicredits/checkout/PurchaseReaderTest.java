package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aicredits.problem.Problem;
import dev.aicredits.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PurchaseReaderTest {

    private final PurchaseReader reader = new PurchaseReader(TestSettings.defaultsWith(Map.of(
            "public-url",
            "https://billing.example.com/",
            "return-origins",
            "https://app.example.com,http://127.0.0.1:3000")));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"creditAmountUsd": 50}                          | 5000
                    {"amountUsd": 50}                                | 5000
                    {"creditAmountUsd": 50, "amountUsd": 50.00}      | 5000
                    {"creditAmountUsd": null, "amountUsd": 5}        | 500
                    {"creditAmountUsd": 5.01}                        | 501
                    {"creditAmountUsd": 19.99}                       | 1999
                    {"creditAmountUsd": 5e1}                         | 5000
                    {"creditAmountUsd": 10000}                       | 1000000
                    {"creditAmountUsd": 9999.990000000000000000}     | 999999
                    {"creditAmountUsd": 50, "somethingNewer": true}  | 5000
                    """)
    void takesExactDecimalsOfWholeCents(String body, long cents) {
        assertThat(read(body).amountCents()).isEqualTo(cents);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                             | AMOUNT_REQUIRED
                    {"creditAmountUsd": null}                      | AMOUNT_REQUIRED
                    {"creditAmountUsd": 50, "amountUsd": 51}       | AMOUNT_AMBIGUOUS
                    {"creditAmountUsd": "50"}                      | AMOUNT_NOT_A_NUMBER
                    {"creditAmountUsd": true}                      | AMOUNT_NOT_A_NUMBER
                    {"creditAmountUsd": [50]}                      | AMOUNT_NOT_A_NUMBER
                    {"creditAmountUsd": 50.001}                    | AMOUNT_NOT_WHOLE_CENTS
                    {"creditAmountUsd": 50.00000000000000000001}   | AMOUNT_NOT_WHOLE_CENTS
                    {"creditAmountUsd": 0}                         | AMOUNT_NOT_POSITIVE
                    {"creditAmountUsd": -0.0}                      | AMOUNT_NOT_POSITIVE
                    {"creditAmountUsd": -50}                       | AMOUNT_NOT_POSITIVE
                    {"creditAmountUsd": 4.99}                      | AMOUNT_TOO_SMALL
                    {"creditAmountUsd": 0.01}                      | AMOUNT_TOO_SMALL
                    {"creditAmountUsd": 10000.01}                  | AMOUNT_TOO_LARGE
                    {"creditAmountUsd": 1e999999999}               | AMOUNT_TOO_LARGE
                    {"creditAmountUsd": 1e-999999999}              | AMOUNT_NOT_WHOLE_CENTS
                    {"creditAmountUsd": 9223372036854775808}       | AMOUNT_TOO_LARGE
                    {"creditAmountUsd": NaN}                       | MALFORMED_BODY
                    {"creditAmountUsd": Infinity}                  | MALFORMED_BODY
                    {"creditAmountUsd": 50, "creditAmountUsd": 50} | MALFORMED_BODY
                    {"creditAmountUsd": 50} {}                     | MALFORMED_BODY
                    {"creditAmountUsd": 50                         | MALFORMED_BODY
                    [50]                                           | MALFORMED_BODY
                    50                                             | MALFORMED_BODY
                    ''                                             | MALFORMED_BODY
                    """)
    void refusesEverythingElseWithItsOwnCode(String body, String problem) {
        assertThat(problemOf(body).name()).isEqualTo(problem);
    }

    @Test
    void returnsToOurOwnPageUnlessAskedOtherwise() {
        Purchase purchase = read("{\"creditAmountUsd\": 50}");

        assertThat(purchase.successUrl())
                .isEqualTo("https://billing.example.com/api/v1/checkout/return?session_id={CHECKOUT_SESSION_ID}");
        assertThat(purchase.cancelUrl()).isEqualTo("https://billing.example.com/api/v1/checkout/return");
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example.com/done?id={CHECKOUT_SESSION_ID}",
        "https://APP.example.com:443/",
        "https://billing.example.com/x",
        "http://127.0.0.1:3000/billing#paid"
    })
    void returnsToPagesOfConfiguredOrigins(String url) {
        Purchase purchase =
                read("{\"creditAmountUsd\":50,\"successUrl\":\"%s\",\"cancelUrl\":\"%s\"}".formatted(url, url));

        assertThat(purchase.successUrl()).isEqualTo(url);
        assertThat(purchase.cancelUrl()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({
        "http://app.example.com/",
        "https://app.example.com:444/",
        "https://app.example.com.evil.example/",
        "https://evil.example/?https://app.example.com",
        "https://app.example.com@evil.example/",
        "https://user@app.example.com/",
        "//app.example.com/",
        "/billing",
        "javascript:alert(1)",
        "https:app.example.com",
        "https://app.example.com\\\\@evil.example/",
        "''"
    })
    void refusesPagesOfOtherOrigins(String url) {
        assertThat(problemOf("{\"creditAmountUsd\":50,\"successUrl\":\"%s\"}".formatted(url)))
                .isEqualTo(CheckoutProblem.RETURN_URL_INVALID);
        assertThat(problemOf("{\"creditAmountUsd\":50,\"cancelUrl\":\"%s\"}".formatted(url)))
                .isEqualTo(CheckoutProblem.RETURN_URL_INVALID);
    }

    @Test
    void theHashTellsPurchasesApartAndSpellingsNot() {
        RequestHash hash = read("{\"creditAmountUsd\": 50}").hash();

        assertThat(read("{ \"amountUsd\" : 50.00 }").hash()).isEqualTo(hash);
        assertThat(read("{\"creditAmountUsd\": 50.01}").hash()).isNotEqualTo(hash);
        assertThat(read("{\"creditAmountUsd\": 50, \"cancelUrl\": \"https://app.example.com/\"}")
                        .hash())
                .isNotEqualTo(hash);
    }

    private Purchase read(String body) {
        return reader.read(body.getBytes(StandardCharsets.UTF_8));
    }

    private Problem problemOf(String body) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> read(body));
        assertThat(refused).as(body).isNotNull();
        return refused.problem();
    }
}
