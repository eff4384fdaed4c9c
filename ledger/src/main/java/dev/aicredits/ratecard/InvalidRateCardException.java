package dev.aicredits.ratecard;

/** A rate card file that must not be loaded; the message says which price and why. Nothing was changed. */
public final class InvalidRateCardException extends RuntimeException {

    InvalidRateCardException(String message) {
        super(message);
    }

    InvalidRateCardException(String message, Throwable cause) {
        super(message, cause);
    }
}
