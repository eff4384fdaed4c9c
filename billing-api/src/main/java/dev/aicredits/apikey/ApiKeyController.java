package dev.aicredits.apikey;

import dev.aicredits.access.Access;
import dev.aicredits.access.ApiKey;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.RoleChoice;
import dev.aicredits.access.RoleGrants;
import dev.aicredits.apikey.ApiKeys.Made;
import dev.aicredits.apikey.ApiKeys.Wanted;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** An organization's API keys. */
@RestController
@RequestMapping("/api/v1/organizations/{organizationId}/api-keys")
class ApiKeyController {

    /** A key that is to be made; {@code role} is the name that some clients use for {@code roleKey}. */
    record NewKey(
            @NotBlank @Size(max = TextRules.NAME_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String name,

            @Nullable @Size(max = TextRules.DESCRIPTION_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String description,

            @Nullable String roleKey,
            @Nullable String role,
            @Nullable OffsetDateTime expiresAt) {}

    /** How long the old key goes on beside the new one. */
    record Rotation(
            @Nullable @Min(0) @Max(OVERLAP_HOURS_MAX) Integer overlapHours) {}

    /**
     * A key, as it is shown.
     *
     * @param prefix what the key begins with
     * @param key the whole key: in the answer that makes it, and never again
     */
    record KeyAnswer(
            String id,
            String keyId,
            String name,
            @Nullable String description,
            String role,
            String roleKey,
            String prefix,
            String status,
            String createdBy,
            Instant createdOn,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedOn,
            @Nullable Instant lastUsedOn,
            @Nullable String replacesKeyId,
            @Nullable String key) {}

    /** A role that the caller may give to a key. */
    record RoleAnswer(String roleKey, String name, List<String> grants) {}

    private static final int OVERLAP_HOURS_MAX = 24 * 30;
    private static final int OVERLAP_HOURS = 24;

    /** Further away is a mistake. */
    private static final Duration LIFE_MAX = Duration.ofDays(3_660);

    private final ApiKeys keys;
    private final Clock clock;

    ApiKeyController(ApiKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    @Requires(Grant.KEYS_MANAGE)
    @GetMapping
    List<KeyAnswer> list(Access access) {
        return keys.all(access).stream().map(key -> answer(key, null)).toList();
    }

    @Requires(Grant.KEYS_MANAGE)
    @GetMapping("/roles")
    List<RoleAnswer> roles(Access access) {
        Role own = access.role();
        return Arrays.stream(Role.values())
                .filter(role -> own != null && RoleGrants.mayGive(own, role))
                .map(role -> new RoleAnswer(
                        role.key(),
                        RoleChoice.display(role),
                        RoleGrants.of(role).stream().map(Grant::key).toList()))
                .toList();
    }

    @Requires(Grant.KEYS_MANAGE)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    KeyAnswer make(Access access, @Valid @RequestBody NewKey body) {
        Role role = RoleChoice.of(body.roleKey(), body.role());
        return answer(
                keys.make(access, new Wanted(body.name().strip(), body.description(), role, expiry(body.expiresAt()))));
    }

    @Requires(Grant.KEYS_MANAGE)
    @PostMapping("/{keyId}/rotate")
    @ResponseStatus(HttpStatus.CREATED)
    KeyAnswer rotate(
            Access access, @PathVariable String keyId, @Valid @RequestBody(required = false) @Nullable Rotation body) {
        Integer hours = body == null ? null : body.overlapHours();
        return answer(keys.rotate(access, keyId, Duration.ofHours(hours == null ? OVERLAP_HOURS : hours)));
    }

    @Requires(Grant.KEYS_MANAGE)
    @DeleteMapping("/{keyId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Access access, @PathVariable String keyId) {
        keys.revoke(access, keyId);
    }

    private @Nullable Instant expiry(@Nullable OffsetDateTime asked) {
        if (asked == null) {
            return null;
        }
        Instant at = asked.toInstant();
        Instant now = clock.instant();
        if (!at.isAfter(now) || at.isAfter(now.plus(LIFE_MAX))) {
            throw ProblemException.invalidField("expiresAt");
        }
        return at;
    }

    private KeyAnswer answer(Made made) {
        return answer(made.key(), made.secret().text());
    }

    private KeyAnswer answer(StoredKey key, @Nullable String whole) {
        return new KeyAnswer(
                key.keyId(),
                key.keyId(),
                key.name(),
                key.description(),
                RoleChoice.display(key.role()),
                key.role().key(),
                ApiKey.shown(key.keyId()),
                key.status(clock.instant()),
                key.createdBy(),
                key.createdAt(),
                key.expiresAt(),
                key.revokedAt(),
                key.lastUsedAt(),
                key.replacesKeyId(),
                whole);
    }
}
