package dev.aicredits.cli;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** An amount of USD on the command line. */
record Usd(BigDecimal amount) {

    private static final Pattern FORM = Pattern.compile("\\d{1,10}(\\.\\d{1,9})?");

    /** Digits and a point, nothing else: 1e3, 1,000 or $5 may be meant as something else. */
    static Usd parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new TypeConversionException("'" + text + "' is no amount in USD such as 50 or 0.25");
        }
        return new Usd(new BigDecimal(text));
    }
}
