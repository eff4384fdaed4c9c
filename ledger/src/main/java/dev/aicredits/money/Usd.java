package dev.aicredits.money;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An exact amount of US dollars, held as whole nano-dollars (1 USD = 1,000,000,000 nano-USD).
 *
 * <p>A {@code long} of nano-USD spans about ±9.2 billion USD. Every operation that would leave that span throws
 * {@link ArithmeticException}; none wraps around, and none rounds.
 *
 * @param nanos the amount in nano-USD; negative for a debit
 */
public record Usd(long nanos) implements Comparable<Usd> {

    /** Nano-USD in one USD. */
    public static final long NANOS_PER_USD = 1_000_000_000L;

    /** Decimal places an amount may have outside: one nano-USD is the ninth. */
    public static final int DECIMALS_MAX = 9;

    /** No money. */
    public static final Usd ZERO = new Usd(0);

    /** The amount of {@code nanos} nano-USD. */
    public static Usd ofNanos(long nanos) {
        return new Usd(nanos);
    }

    /**
     * The amount that {@code decimal} USD stands for.
     *
     * @throws ArithmeticException if it has more than nine decimal places (trailing zeros aside) or does not fit
     */
    public static Usd of(BigDecimal decimal) {
        // Scale and precision first: movePointRight of 1e1000000000 would allocate its digits.
        BigDecimal stripped = decimal.stripTrailingZeros();
        if (stripped.scale() > DECIMALS_MAX) {
            throw new ArithmeticException("more than " + DECIMALS_MAX + " decimal places");
        }
        if ((long) stripped.precision() - stripped.scale() > 10) {
            throw new ArithmeticException("beyond the range of nano-USD");
        }
        return new Usd(stripped.movePointRight(DECIMALS_MAX)
                .setScale(0, RoundingMode.UNNECESSARY)
                .longValueExact());
    }

    /**
     * The amount that a decimal literal such as {@code "0.02"} stands for.
     *
     * @throws ArithmeticException as {@link #of(BigDecimal)}
     * @throws NumberFormatException if it is no decimal number
     */
    public static Usd of(String decimal) {
        return of(new BigDecimal(decimal));
    }

    /** This amount and {@code other} together. */
    public Usd plus(Usd other) {
        return new Usd(Math.addExact(nanos, other.nanos));
    }

    /** This amount less {@code other}. */
    public Usd minus(Usd other) {
        return new Usd(Math.subtractExact(nanos, other.nanos));
    }

    /** The same amount with the other sign. */
    public Usd negated() {
        return new Usd(Math.negateExact(nanos));
    }

    /** The exact decimal USD, without trailing zeros and with no exponent when printed plainly. */
    public BigDecimal toDecimal() {
        BigDecimal stripped = BigDecimal.valueOf(nanos, DECIMALS_MAX).stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    @Override
    public int compareTo(Usd other) {
        return Long.compare(nanos, other.nanos);
    }

    /** The exact decimal, such as {@code -0.000123}; never in exponent form. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        long whole = nanos / NANOS_PER_USD;
        if (whole == 0 && nanos < 0) {
            text.append('-');
        }
        text.append(whole);
        long fraction = Math.abs(nanos % NANOS_PER_USD);
        if (fraction != 0) {
            // The leading one keeps the zeros behind the point, and is then written over by it.
            int point = text.length();
            text.append(NANOS_PER_USD + fraction).setCharAt(point, '.');
            int end = text.length();
            while (text.charAt(end - 1) == '0') {
                end--;
            }
            text.setLength(end);
        }
        return text.toString();
    }
}
