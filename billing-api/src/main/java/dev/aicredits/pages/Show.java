package dev.aicredits.pages;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How amounts, times and names look on pages; templates call it {@code @show}. */
public final class Show {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH);
    private static final BigDecimal CENT = new BigDecimal("0.01");
    private static final BigDecimal NANO = new BigDecimal("0.000000001");
    private static final int SMALL_DIGITS = 2;
    private static final int DECIMALS = 9;
    private static final int PERCENT = 100;

    private final Clock clock;

    Show(Clock clock) {
        this.clock = clock;
    }

    /** To the cent, rounded down so that nobody is shown more than there is; below a cent, two digits of what there is. */
    public String usd(@Nullable BigDecimal amount) {
        if (amount == null) {
            return "–";
        }
        BigDecimal magnitude = amount.abs();
        boolean small = magnitude.signum() > 0 && magnitude.compareTo(CENT) < 0;
        if (small && magnitude.compareTo(NANO) < 0) {
            return exact(amount);
        }
        int scale = small ? magnitude.scale() - magnitude.precision() + SMALL_DIGITS : 2;
        BigDecimal shown =
                amount.setScale(Math.min(scale, DECIMALS), small ? RoundingMode.HALF_UP : RoundingMode.FLOOR);
        return signed(shown, plain(shown.abs(), Math.max(2, Math.min(scale, DECIMALS))));
    }

    /** All the places that there are. */
    public String exact(@Nullable BigDecimal amount) {
        if (amount == null) {
            return "–";
        }
        BigDecimal stripped = amount.stripTrailingZeros();
        return signed(stripped, plain(stripped.abs(), Math.max(2, stripped.scale())));
    }

    /** Cents of a currency. */
    public String cents(long cents) {
        return exact(BigDecimal.valueOf(cents, 2));
    }

    private static String signed(BigDecimal amount, String magnitude) {
        return (amount.signum() < 0 ? "−$" : "$") + magnitude;
    }

    private static String plain(BigDecimal magnitude, int decimals) {
        DecimalFormat format = new DecimalFormat("#,##0.00", DecimalFormatSymbols.getInstance(Locale.ROOT));
        format.setMinimumFractionDigits(Math.min(2, decimals));
        format.setMaximumFractionDigits(decimals);
        return format.format(magnitude);
    }

    /** A count, with separators. */
    public String count(@Nullable Number count) {
        return count == null ? "–" : String.format(Locale.ROOT, "%,d", count.longValue());
    }

    /** How many of a unit: {@code 1 call}, {@code 3 calls}. */
    public String quantity(Number quantity, @Nullable String unit) {
        String many = quantity.longValue() == 1 ? "" : "s";
        return count(quantity) + (unit == null || unit.isEmpty() ? "" : " " + unit.replace('_', ' ') + many);
    }

    /** How much of a limit is used, in percent, 100 at most; of a limit of nothing all of it. */
    public int percent(BigDecimal used, BigDecimal limit) {
        return used.compareTo(limit) >= 0
                ? PERCENT
                : Math.max(
                        0,
                        used.multiply(BigDecimal.valueOf(PERCENT))
                                .divide(limit, 0, RoundingMode.FLOOR)
                                .intValue());
    }

    /** A moment, in UTC. */
    public String time(@Nullable Instant time) {
        return time == null ? "–" : TIME.format(time) + " UTC";
    }

    /** A day. */
    public String day(@Nullable LocalDate day) {
        return day == null ? "–" : DAY.format(day);
    }

    /** The UTC day of a moment. */
    public String dayOf(@Nullable Instant time) {
        return time == null ? "–" : DAY.format(LocalDate.ofInstant(time, ZoneOffset.UTC));
    }

    /** How long ago a moment was, roughly. */
    public String ago(@Nullable Instant time) {
        if (time == null) {
            return "never";
        }
        Duration since = Duration.between(time, clock.instant());
        if (since.compareTo(Duration.ofMinutes(1)) < 0) {
            return "just now";
        }
        if (since.compareTo(Duration.ofHours(1)) < 0) {
            return since.toMinutes() + " min ago";
        }
        return since.compareTo(Duration.ofDays(2)) < 0 ? since.toHours() + " h ago" : since.toDays() + " days ago";
    }

    /** How long it took from one moment to another. */
    public String took(@Nullable Instant from, @Nullable Instant to) {
        if (from == null || to == null) {
            return "–";
        }
        Duration duration = Duration.between(from, to);
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return Math.max(0, duration.toMillis()) + " ms";
        }
        if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
            return String.format(Locale.ROOT, "%d.%d s", duration.toSeconds(), duration.toMillisPart() / 100);
        }
        return duration.compareTo(Duration.ofHours(2)) < 0 ? duration.toMinutes() + " min" : duration.toHours() + " h";
    }

    /** The words of a name on the wire: {@code top_up} is Top up. */
    public String words(@Nullable String wireName) {
        if (wireName == null || wireName.isEmpty()) {
            return "–";
        }
        String words = wireName.replace('_', ' ').replaceFirst("^api ", "API ");
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** A value, or a dash. */
    public Object or(@Nullable Object value) {
        return value == null || value.equals("") ? "–" : value;
    }
}
