package dev.aicredits.checkout;

import dev.aicredits.problem.ProblemException;
import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads an amount of USD between two limits. Amounts are exact decimals; no floating point is involved. */
final class AmountReader {

    private static final int CENT_DECIMALS = 2;

    private final BigDecimal min;
    private final BigDecimal max;

    AmountReader(BigDecimal min, BigDecimal max) {
        this.min = min;
        this.max = max;
    }

    /** The whole cents of {@code creditAmountUsd}, or of {@code amountUsd}, as older clients call it. */
    long cents(JsonNode request) {
        return cents(amount(request));
    }

    private static BigDecimal amount(JsonNode request) {
        Optional<BigDecimal> amount = number(request.path("creditAmountUsd"));
        Optional<BigDecimal> older = number(request.path("amountUsd"));
        if (amount.isPresent() && older.isPresent() && amount.get().compareTo(older.get()) != 0) {
            throw new ProblemException(CheckoutProblem.AMOUNT_AMBIGUOUS);
        }
        return amount.or(() -> older).orElseThrow(() -> new ProblemException(CheckoutProblem.AMOUNT_REQUIRED));
    }

    private static Optional<BigDecimal> number(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isNumber()) {
            throw new ProblemException(CheckoutProblem.AMOUNT_NOT_A_NUMBER);
        }
        return Optional.of(node.decimalValue());
    }

    /** Compares before it converts: 1e999999999 is a JSON number. */
    private long cents(BigDecimal amount) {
        if (amount.signum() <= 0) {
            throw new ProblemException(CheckoutProblem.AMOUNT_NOT_POSITIVE);
        }
        if (amount.compareTo(max) > 0) {
            throw new ProblemException(CheckoutProblem.AMOUNT_TOO_LARGE);
        }
        if (amount.stripTrailingZeros().scale() > CENT_DECIMALS) {
            throw new ProblemException(CheckoutProblem.AMOUNT_NOT_WHOLE_CENTS);
        }
        if (amount.compareTo(min) < 0) {
            throw new ProblemException(CheckoutProblem.AMOUNT_TOO_SMALL);
        }
        return amount.movePointRight(CENT_DECIMALS).longValueExact();
    }
}
