package dev.aicredits.localstripe;

import java.util.Currency;
import java.util.Locale;
import org.springframework.web.util.HtmlUtils;

/** Pieces of pages; whatever came from outside goes through {@link #text}. */
final class Html {
    private Html() {}

    /** Text that may hold anything, safe between tags and in quoted attributes. */
    static String text(String text) {
        return HtmlUtils.htmlEscape(text);
    }

    /** A whole page; {@code title} is text, {@code main} is HTML. */
    static String page(String title, String mainClass, String main) {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%1$s</title>
                <link rel="stylesheet" href="/style.css">
                </head>
                <body>
                <header>Local Stripe: a stand-in for trying. No money moves here.</header>
                <main class="%2$s">
                <h1>%1$s</h1>
                %3$s
                </main>
                </body>
                </html>
                """.formatted(text(title), mainClass, main);
    }

    /** A button that posts to a path of ours; {@code label} is text. */
    static String button(String path, String label, String buttonClass) {
        return "<form method=\"post\" action=\"%s\"><button class=\"%s\">%s</button></form>"
                .formatted(text(path), buttonClass, text(label));
    }

    /** An amount in the currency's smallest unit, as people write it. */
    static String amount(long amount, String currency) {
        String code = currency.toUpperCase(Locale.ROOT);
        int digits;
        try {
            digits = Currency.getInstance(code).getDefaultFractionDigits();
        } catch (IllegalArgumentException e) {
            digits = 2;
        }
        return java.math.BigDecimal.valueOf(amount, digits).toPlainString() + " " + code;
    }
}
