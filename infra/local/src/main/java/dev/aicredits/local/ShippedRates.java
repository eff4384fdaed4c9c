package dev.aicredits.local;

import dev.aicredits.ratecard.RateCardFile;
import dev.aicredits.rating.RateCard;
import dev.aicredits.rating.TokenPrices;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.usage.UsageKind;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the simulated platform uses of the shipped rate card: the cheapest models and units, so that a demo
 * organization's credits last for hours.
 */
record ShippedRates(List<Model> models, Map<UsageKind, String> units) {
    private static final int MODELS_PER_PROVIDER = 2;

    record Model(String provider, String name) {}

    /** By the card that is in force at {@code now}. */
    static ShippedRates inForce(Instant now) {
        return LedgerDatabase.shippedRateCards().stream()
                .map(RateCardFile::parse)
                .filter(card -> !card.effectiveFrom().isAfter(now))
                .max(Comparator.comparingInt(RateCard::version))
                .map(ShippedRates::of)
                .orElseThrow(() -> new IllegalStateException("no rate card is shipped that is in force"));
    }

    private static ShippedRates of(RateCard card) {
        List<Model> models = card.models().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(provider -> cheapest(provider.getKey(), provider.getValue()))
                .toList();
        return new ShippedRates(
                models,
                Map.of(
                        UsageKind.TOOL_CALL, cheapestUnit(card, UsageKind.TOOL_CALL),
                        UsageKind.HOSTED_SERVER, cheapestUnit(card, UsageKind.HOSTED_SERVER)));
    }

    private static Stream<Model> cheapest(String provider, Map<String, TokenPrices> models) {
        return models.entrySet().stream()
                // What has no output is no chat model.
                .filter(model -> model.getValue().output() != null)
                .sorted(Comparator.comparingLong((Map.Entry<String, TokenPrices> model) ->
                                model.getValue().input())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MODELS_PER_PROVIDER)
                .map(model -> new Model(provider, model.getKey()));
    }

    private static String cheapestUnit(RateCard card, UsageKind kind) {
        Map<String, Long> units = Objects.requireNonNull(card.units().get(kind), "the rate card has no such meter");
        return units.entrySet().stream()
                .min(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey();
    }
}
