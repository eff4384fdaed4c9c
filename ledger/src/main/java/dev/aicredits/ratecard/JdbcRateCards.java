package dev.aicredits.ratecard;

import dev.aicredits.rating.RateCard;
import dev.aicredits.rating.Rating;
import dev.aicredits.rating.TokenPrices;
import dev.aicredits.rating.TokenPrices.LongContext;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageKind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The versions of the rate card in the database: written once each, never edited. */
public final class JdbcRateCards {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    /** Works on {@code dataSource}; {@link #publish} needs the owner's role, {@link #load} any. */
    public JdbcRateCards(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    /**
     * Writes the version that the file {@code json} holds. Publishing the same file again changes nothing.
     *
     * @return whether the version is new
     * @throws InvalidRateCardException if the file must not be loaded, or its version is there with other content
     */
    public boolean publish(byte[] json) {
        RateCard card = RateCardFile.parse(json);
        byte[] hash = sha256(json);
        return Boolean.TRUE.equals(transaction.execute(status -> {
            if (!claim(card, hash)) {
                requireSameContent(card.version(), hash);
                return false;
            }
            insertRates(card);
            return true;
        }));
    }

    /** Whether the version is ours to write. Of two that publish it at once, one waits here for the other. */
    private boolean claim(RateCard card, byte[] hash) {
        int inserted = jdbc.sql("""
                INSERT INTO rate_card (version, effective_from, content_sha256) VALUES (:version, :from, :hash)
                ON CONFLICT DO NOTHING
                """)
                .param("version", card.version())
                .param("from", OffsetDateTime.ofInstant(card.effectiveFrom(), ZoneOffset.UTC))
                .param("hash", hash)
                .update();
        return inserted == 1;
    }

    private void requireSameContent(int version, byte[] hash) {
        byte[] published = jdbc.sql("SELECT content_sha256 FROM rate_card WHERE version = :version")
                .param("version", version)
                .query(byte[].class)
                .single();
        if (!Arrays.equals(published, hash)) {
            throw new InvalidRateCardException(
                    "version " + version + " is published with other content; a change of prices is a new version");
        }
    }

    private void insertRates(RateCard card) {
        card.models()
                .forEach((provider, models) -> models.forEach((model, prices) -> {
                    int product = product(UsageKind.INFERENCE, provider, model, Inference.UNIT);
                    insertTokenRates(card.version(), product, 0, prices);
                    if (prices.longContext() != null) {
                        insertTokenRates(
                                card.version(),
                                product,
                                prices.longContext().inputTokensOver(),
                                prices.longContext().prices());
                    }
                }));
        card.units()
                .forEach((kind, units) -> units.forEach((unit, price) ->
                        insertRate(card.version(), product(kind, "", "", unit), "quantity", 0, price)));
    }

    private void insertTokenRates(int version, int product, int inputTokensOver, TokenPrices prices) {
        insertRate(version, product, "input", inputTokensOver, prices.input());
        insertRate(version, product, "cached_input", inputTokensOver, prices.cachedInput());
        insertRate(version, product, "cache_creation", inputTokensOver, prices.cacheCreation());
        insertRate(version, product, "output", inputTokensOver, prices.output());
    }

    private void insertRate(int version, int product, String meter, int inputTokensOver, @Nullable Long price) {
        if (price == null) {
            return;
        }
        jdbc.sql("""
                INSERT INTO rate (version, product_id, meter, input_tokens_over, nanos_per_million_units)
                VALUES (:version, :product, :meter, :over, :price)
                """)
                .param("version", version)
                .param("product", product)
                .param("meter", meter)
                .param("over", inputTokensOver)
                .param("price", price)
                .update();
    }

    private int product(UsageKind kind, String provider, String model, String unit) {
        return jdbc.sql("""
                WITH made AS (
                    INSERT INTO product (usage_kind, provider, model, unit) VALUES (:kind, :provider, :model, :unit)
                    ON CONFLICT DO NOTHING RETURNING product_id)
                SELECT product_id FROM made
                UNION ALL
                SELECT product_id FROM product
                 WHERE usage_kind = :kind AND provider = :provider AND model = :model AND unit = :unit
                """)
                .param("kind", kind.wireName())
                .param("provider", provider)
                .param("model", model)
                .param("unit", unit)
                .query(Integer.class)
                .single();
    }

    /** Rating by all published versions, as they are now. */
    public Rating load() {
        List<RateCard> cards = jdbc.sql("SELECT version, effective_from FROM rate_card")
                .query((row, i) -> new RateCard(
                        row.getInt("version"),
                        row.getObject("effective_from", OffsetDateTime.class).toInstant(),
                        new HashMap<>(),
                        new HashMap<>()))
                .list();
        return new Rating(cards.stream().map(this::withRates).toList());
    }

    /** The highest published version; 0 if there is none. Cheap: for telling whether to load again. */
    public int newestVersion() {
        return jdbc.sql("SELECT coalesce(max(version), 0) FROM rate_card")
                .query(Integer.class)
                .single();
    }

    private record Rate(
            String kind, String provider, String model, String unit, String meter, int inputTokensOver, long price) {}

    private RateCard withRates(RateCard empty) {
        List<Rate> rates = jdbc.sql("""
                SELECT p.usage_kind AS kind, p.provider, p.model, p.unit, r.meter, r.input_tokens_over,
                       r.nanos_per_million_units AS price
                  FROM rate r JOIN product p USING (product_id)
                 WHERE r.version = :version
                """)
                .param("version", empty.version())
                .query(Rate.class)
                .list();
        Map<String, Map<String, List<Rate>>> models = new HashMap<>();
        Map<UsageKind, Map<String, Long>> units = new HashMap<>();
        for (Rate rate : rates) {
            UsageKind kind = UsageKind.ofWireName(rate.kind());
            if (kind == UsageKind.INFERENCE) {
                models.computeIfAbsent(rate.provider(), p -> new HashMap<>())
                        .computeIfAbsent(rate.model(), m -> new ArrayList<>())
                        .add(rate);
            } else if (kind != null) {
                units.computeIfAbsent(kind, k -> new HashMap<>()).put(rate.unit(), rate.price());
            }
        }
        return new RateCard(empty.version(), empty.effectiveFrom(), tokenPrices(models), units);
    }

    private static Map<String, Map<String, TokenPrices>> tokenPrices(Map<String, Map<String, List<Rate>>> models) {
        Map<String, Map<String, TokenPrices>> prices = new HashMap<>();
        models.forEach((provider, byModel) -> byModel.forEach((model, rates) -> {
            int tier = rates.stream().mapToInt(Rate::inputTokensOver).max().orElse(0);
            LongContext longContext = tier == 0 ? null : new LongContext(tier, tier(rates, tier, null));
            prices.computeIfAbsent(provider, p -> new HashMap<>()).put(model, tier(rates, 0, longContext));
        }));
        return prices;
    }

    private static TokenPrices tier(List<Rate> rates, int inputTokensOver, @Nullable LongContext longContext) {
        Map<String, Long> byMeter = new HashMap<>();
        rates.stream()
                .filter(rate -> rate.inputTokensOver() == inputTokensOver)
                .forEach(rate -> byMeter.put(rate.meter(), rate.price()));
        Long input = byMeter.get("input");
        if (input == null) {
            throw new IllegalStateException("a model has no input price");
        }
        return new TokenPrices(
                input, byMeter.get("cached_input"), byMeter.get("cache_creation"), byMeter.get("output"), longContext);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
