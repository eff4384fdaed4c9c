package dev.aicredits.wire;

import dev.aicredits.money.Usd;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.UsageKind;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * The {@code data} of one event while it is read.
 *
 * <p>Members come in any order, and what decides whether one matters ({@code kind}, the event's {@code source}) may come
 * last: each group of fields therefore keeps its own problems, and only those of the groups that matter are asked for.
 */
final class UsageData {

    private static final TextRule AGENT_ID = new TextRule(UsageField.AGENT_ID.path(), 128);
    private static final TextRule ORGANIZATION_ID = new TextRule(UsageField.ORGANIZATION_ID.path(), 128);
    private static final TextRule EXTERNAL_USER_ID = new TextRule(UsageField.EXTERNAL_USER_ID.path(), 256);
    private static final TextRule CONVERSATION_ID = new TextRule(UsageField.CONVERSATION_ID.path(), 256);
    private static final TextRule RUN_ID = new TextRule(UsageField.RUN_ID.path(), 256);
    private static final JsonMembers<UsageField> MEMBERS = new JsonMembers<>(UsageField.values(), UsageField::wireName);

    private final FirstProblem problem = new FirstProblem();
    private final FirstProblem costProblem = new FirstProblem();
    private final InferenceData inference = new InferenceData();
    private final CountedData counted = new CountedData();
    private boolean present;
    private @Nullable String organizationId;
    private @Nullable String agentId;
    private @Nullable String externalUserId;
    private @Nullable UUID holdId;
    private @Nullable UsageKind kind;
    private @Nullable Usd cost;
    private boolean namesCost;

    /** Reads the object that the parser has just entered. */
    void read(JsonParser parser) {
        present = true;
        MEMBERS.read(parser, this::take);
    }

    /** Notes that there is something else where the object should be. */
    void refuse(String rule) {
        problem.note("data", rule);
    }

    private void take(UsageField field, JsonParser parser) {
        switch (field) {
            case ORGANIZATION_ID -> organizationId = FieldReader.text(parser, ORGANIZATION_ID, problem);
            case AGENT_ID -> agentId = FieldReader.text(parser, AGENT_ID, problem);
            case EXTERNAL_USER_ID -> externalUserId = FieldReader.text(parser, EXTERNAL_USER_ID, problem);
            case CONVERSATION_ID -> FieldReader.checkText(parser, CONVERSATION_ID, problem);
            case RUN_ID -> FieldReader.checkText(parser, RUN_ID, problem);
            case HOLD_ID -> holdId = FieldReader.uuid(parser, field.path(), problem);
            case KIND -> kind = kind(parser);
            case PROVIDER -> inference.takeProvider(parser);
            case MODEL -> inference.takeModel(parser);
            case INPUT_TOKENS -> inference.takeInputTokens(parser);
            case CACHED_INPUT_TOKENS -> inference.takeCachedInputTokens(parser);
            case CACHE_CREATION_INPUT_TOKENS -> inference.takeCacheCreationInputTokens(parser);
            case OUTPUT_TOKENS -> inference.takeOutputTokens(parser);
            case UNIT -> counted.takeUnit(parser);
            case QUANTITY -> counted.takeQuantity(parser);
            case COST_USD -> {
                namesCost = true;
                cost = FieldReader.cost(parser, field.path(), costProblem);
            }
        }
    }

    private @Nullable UsageKind kind(JsonParser parser) {
        if (!FieldReader.isText(parser, UsageField.KIND.path(), problem)) {
            return null;
        }
        UsageKind known = UsageKind.ofWireName(parser.getString());
        if (known == null) {
            problem.note(UsageField.KIND.path(), "is not a known kind");
        }
        return known;
    }

    /** What is wrong with the fields that matter to this kind, once all were taken; null if nothing. */
    @Nullable String problem() {
        if (!present) {
            refuse("is missing");
        }
        problem.require(ORGANIZATION_ID.field(), organizationId);
        problem.require(AGENT_ID.field(), agentId);
        problem.require(UsageField.KIND.path(), kind);
        if (problem.detail() != null) {
            return problem.detail();
        }
        return kind == UsageKind.INFERENCE ? inference.problem() : counted.problem();
    }

    /** What is wrong with the cost, for the sources whose cost counts; null if nothing. */
    @Nullable String costProblem() {
        return costProblem.detail();
    }

    /** Who pays; ask only where there is no {@link #problem()}. */
    String organizationId() {
        return Objects.requireNonNull(organizationId);
    }

    /** Who used it; ask only where there is no {@link #problem()}. */
    String agentId() {
        return Objects.requireNonNull(agentId);
    }

    /** The agent's end user, or null. */
    @Nullable String externalUserId() {
        return externalUserId;
    }

    /** The hold that pays for it as far as it reaches, or null. */
    @Nullable UUID holdId() {
        return holdId;
    }

    /** What was consumed; ask only where there is no {@link #problem()}. */
    Consumption consumption() {
        UsageKind known = Objects.requireNonNull(kind);
        return known == UsageKind.INFERENCE ? inference.consumption() : counted.consumption(known);
    }

    /** Whether the event says what it cost, rightly or not. */
    boolean namesCost() {
        return namesCost;
    }

    /** What the event says it cost; null if it does not say. */
    @Nullable Usd cost() {
        return cost;
    }
}
