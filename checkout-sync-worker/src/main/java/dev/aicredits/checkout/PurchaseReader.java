package dev.aicredits.checkout;

import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads from the body of a start request what is bought. Amounts are exact decimals; no floating point is involved. */
final class PurchaseReader {

    /** Enough for two return URLs. */
    static final int BODY_BYTES_MAX = 16 * 1024;

    private static final String CURRENCY = "usd";
    private static final int CENT_DECIMALS = 2;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final BigDecimal amountMin;
    private final BigDecimal amountMax;
    private final ReturnUrls returnUrls;

    PurchaseReader(CheckoutSettings settings) {
        this.amountMin = settings.amountMin();
        this.amountMax = settings.amountMax();
        this.returnUrls = new ReturnUrls(settings.publicUrl(), settings.returnOrigins());
    }

    /** The purchase, or {@link ProblemException}. */
    Purchase read(byte[] body) {
        JsonNode request = parse(body);
        if (!request.isObject()) {
            throw new ProblemException(Problem.MALFORMED_BODY);
        }
        return new Purchase(
                cents(amount(request)),
                CURRENCY,
                returnUrls.success(text(request, "successUrl")),
                returnUrls.cancel(text(request, "cancelUrl")));
    }

    private static JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new ProblemException(Problem.MALFORMED_BODY);
        }
    }

    private static BigDecimal amount(JsonNode request) {
        Optional<BigDecimal> amount = number(request.path("creditAmountUsd"));
        Optional<BigDecimal> older = number(request.path("amountUsd"));
        if (amount.isPresent() && older.isPresent() && amount.get().compareTo(older.get()) != 0) {
            throw new ProblemException(Problem.AMOUNT_AMBIGUOUS);
        }
        return amount.or(() -> older).orElseThrow(() -> new ProblemException(Problem.AMOUNT_REQUIRED));
    }

    private static Optional<BigDecimal> number(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isNumber()) {
            throw new ProblemException(Problem.AMOUNT_NOT_A_NUMBER);
        }
        return Optional.of(node.decimalValue());
    }

    /** Compares before it converts: 1e999999999 is a JSON number. */
    private long cents(BigDecimal amount) {
        if (amount.signum() <= 0) {
            throw new ProblemException(Problem.AMOUNT_NOT_POSITIVE);
        }
        if (amount.compareTo(amountMax) > 0) {
            throw new ProblemException(Problem.AMOUNT_TOO_LARGE);
        }
        if (amount.stripTrailingZeros().scale() > CENT_DECIMALS) {
            throw new ProblemException(Problem.AMOUNT_NOT_WHOLE_CENTS);
        }
        if (amount.compareTo(amountMin) < 0) {
            throw new ProblemException(Problem.AMOUNT_TOO_SMALL);
        }
        return amount.movePointRight(CENT_DECIMALS).longValueExact();
    }

    private static @Nullable String text(JsonNode request, String name) {
        JsonNode node = request.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isString()) {
            throw new ProblemException(Problem.RETURN_URL_INVALID);
        }
        return node.stringValue();
    }
}
