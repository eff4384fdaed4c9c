package dev.aicredits.ratecard;

import dev.aicredits.rating.RateCard;
import dev.aicredits.rating.TokenPrices;
import dev.aicredits.rating.TokenPrices.LongContext;
import dev.aicredits.usage.UsageKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Reads a reviewed rate card file (JSON, see the README beside the files) into a {@link RateCard}.
 *
 * <p>A file is refused as a whole if any price is negative, zero, a sentinel, not a number, finer than its unit allows
 * or absurdly high, if a model or unit appears twice, or if a field is unknown or missing.
 */
public final class RateCardFile {

    /** The highest price of a million tokens that is taken for a price: 10,000 USD. */
    static final BigDecimal USD_PER_MILLION_TOKENS_MAX = BigDecimal.valueOf(10_000);

    /** The highest price of one unit that is taken for a price: 1,000 USD. */
    static final BigDecimal USD_PER_UNIT_MAX = BigDecimal.valueOf(1_000);

    private static final int NANO_DECIMALS = 9;
    private static final int MILLION_DECIMALS = 6;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A price in quotes or a version of 1.5 is a slip of the pen, not to be guessed at.
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfig(LogicalType.Textual, RateCardFile::refuseNumbers)
            .build();

    private RateCardFile() {}

    private static void refuseNumbers(MutableCoercionConfig text) {
        text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    private record File(
            int version,
            @Nullable String effectiveFrom,
            @Nullable Map<String, String> sources,
            @Nullable Map<String, List<String>> providerAliases,
            @Nullable List<Models> inference,
            @Nullable List<Quantity> quantities) {}

    private record Models(
            @Nullable String provider,
            @Nullable List<String> models,
            @Nullable Prices usdPerMillion,
            @Nullable Tier longContext) {}

    private record Tier(int inputTokensOver, @Nullable Prices usdPerMillion) {}

    private record Prices(
            @Nullable BigDecimal input,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheCreation,
            @Nullable BigDecimal output) {}

    private record Quantity(
            @Nullable String kind,
            @Nullable String unit,
            @Nullable BigDecimal usdPerUnit) {}

    /**
     * The card that {@code json} holds.
     *
     * @throws InvalidRateCardException if the file must not be loaded
     */
    public static RateCard parse(byte[] json) {
        File file;
        try {
            file = required(JSON.readValue(json, File.class), "the rate card");
        } catch (JacksonException e) {
            throw new InvalidRateCardException("the rate card is not readable: " + e.getOriginalMessage(), e);
        }
        if (file.version() <= 0) {
            throw new InvalidRateCardException("version is not positive");
        }
        return new RateCard(
                file.version(),
                instant(required(file.effectiveFrom(), "effectiveFrom")),
                models(
                        required(file.inference(), "inference"),
                        file.providerAliases() == null ? Map.of() : file.providerAliases()),
                units(required(file.quantities(), "quantities")));
    }

    private static Map<String, Map<String, TokenPrices>> models(
            List<Models> entries, Map<String, List<String>> providerAliases) {
        Map<String, Map<String, TokenPrices>> byProvider = new HashMap<>();
        for (Models listed : entries) {
            Models entry = required(listed, "an element of inference");
            String provider = name(entry.provider(), "provider");
            for (String listedModel : required(entry.models(), provider + ".models")) {
                String model = name(listedModel, provider + ".models");
                TokenPrices prices = tokenPrices(entry, provider + "/" + model);
                if (byProvider.computeIfAbsent(provider, p -> new HashMap<>()).put(model, prices) != null) {
                    throw new InvalidRateCardException(provider + "/" + model + " appears twice");
                }
            }
        }
        providerAliases.forEach((provider, aliases) -> {
            Map<String, TokenPrices> prices = required(byProvider.get(provider), "providerAliases." + provider);
            for (String alias : aliases) {
                if (byProvider.putIfAbsent(alias, prices) != null) {
                    throw new InvalidRateCardException("provider " + alias + " appears twice");
                }
            }
        });
        return byProvider;
    }

    private static TokenPrices tokenPrices(Models entry, String name) {
        Prices base = required(entry.usdPerMillion(), name + ".usdPerMillion");
        Tier tier = entry.longContext();
        if (tier == null) {
            return tokenPrices(base, name, null);
        }
        if (tier.inputTokensOver() <= 0) {
            throw new InvalidRateCardException(name + ".longContext.inputTokensOver is not positive");
        }
        Prices longer = required(tier.usdPerMillion(), name + ".longContext.usdPerMillion");
        if ((longer.output() == null) != (base.output() == null)) {
            throw new InvalidRateCardException(name + ".longContext has another set of meters");
        }
        return tokenPrices(base, name, new LongContext(tier.inputTokensOver(), tokenPrices(longer, name, null)));
    }

    private static TokenPrices tokenPrices(Prices prices, String name, @Nullable LongContext longContext) {
        return new TokenPrices(
                perMillionTokens(required(prices.input(), name + ".input"), name + ".input"),
                optional(prices.cachedInput(), name + ".cachedInput"),
                optional(prices.cacheCreation(), name + ".cacheCreation"),
                optional(prices.output(), name + ".output"),
                longContext);
    }

    private static @Nullable Long optional(@Nullable BigDecimal usd, String name) {
        return usd == null ? null : perMillionTokens(usd, name);
    }

    private static long perMillionTokens(BigDecimal usd, String name) {
        return nanos(usd, name, USD_PER_MILLION_TOKENS_MAX, NANO_DECIMALS);
    }

    private static Map<UsageKind, Map<String, Long>> units(List<Quantity> entries) {
        Map<UsageKind, Map<String, Long>> byKind = new HashMap<>();
        for (Quantity listed : entries) {
            Quantity entry = required(listed, "an element of quantities");
            UsageKind kind = UsageKind.ofWireName(required(entry.kind(), "quantities.kind"));
            if (kind == null || kind == UsageKind.INFERENCE) {
                throw new InvalidRateCardException("quantities.kind " + entry.kind() + " is not counted in units");
            }
            String unit = name(entry.unit(), "quantities.unit");
            String name = kind.wireName() + "/" + unit;
            BigDecimal usd = required(entry.usdPerUnit(), name);
            // Kept per million units, so a unit's price may be finer than a nano-USD.
            long perMillion = nanos(usd, name, USD_PER_UNIT_MAX, NANO_DECIMALS + MILLION_DECIMALS);
            if (byKind.computeIfAbsent(kind, k -> new HashMap<>()).put(unit, perMillion) != null) {
                throw new InvalidRateCardException(name + " appears twice");
            }
        }
        return byKind;
    }

    private static long nanos(BigDecimal usd, String name, BigDecimal most, int decimals) {
        if (usd.signum() <= 0) {
            throw new InvalidRateCardException(name + " is not a positive price");
        }
        if (usd.compareTo(most) > 0) {
            throw new InvalidRateCardException(name + " is above " + most.toPlainString() + " USD");
        }
        if (usd.stripTrailingZeros().scale() > decimals) {
            throw new InvalidRateCardException(name + " has more than " + decimals + " decimal places");
        }
        return usd.movePointRight(decimals).longValueExact();
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new InvalidRateCardException("effectiveFrom is not an RFC 3339 time", e);
        }
    }

    private static String name(@Nullable String text, String field) {
        String name = required(text, field);
        if (name.isBlank()) {
            throw new InvalidRateCardException(field + " is blank");
        }
        return name;
    }

    private static <T> T required(@Nullable T value, String name) {
        if (value == null) {
            throw new InvalidRateCardException(name + " is missing");
        }
        return value;
    }
}
