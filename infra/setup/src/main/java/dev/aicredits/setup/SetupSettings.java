package dev.aicredits.setup;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Every setting of the setup, {@code aicredits.setup.*}; an unknown one keeps it from starting.
 *
 * @param databaseUrl JDBC's, of the ledger's database, which exists; without credentials
 * @param superuser makes the roles
 * @param superuserPassword its password; without it no roles are made, and the owner must exist with its password
 * @param ownerPassword of the role that owns and migrates the schema
 * @param appPassword of the role that services run as; unused if no roles are made
 * @param readerPassword of the role that people and tools read as; unused if no roles are made
 * @param replicationFactor of topics that are created
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.setup", ignoreUnknownFields = false)
public record SetupSettings(
        @DefaultValue("jdbc:postgresql://127.0.0.1:5432/aicredits") @NotBlank
        String databaseUrl,

        @DefaultValue("postgres") @NotBlank String superuser,
        @DefaultValue("") @NotNull String superuserPassword,
        @DefaultValue("") @NotBlank String ownerPassword,
        @DefaultValue("") @NotNull String appPassword,
        @DefaultValue("") @NotNull String readerPassword,
        @DefaultValue("3") @Min(1) @Max(15) int replicationFactor) {

    /** Refuses roles that anybody could log in as. */
    @AssertTrue(message = "with superuser-password, app-password and reader-password are required") boolean isPasswordsPresent() {
        return superuserPassword.isEmpty() || (!appPassword.isBlank() && !readerPassword.isBlank());
    }

    boolean makesRoles() {
        return !superuserPassword.isEmpty();
    }

    /** Never shows passwords. */
    @Override
    public String toString() {
        return "SetupSettings[databaseUrl=" + databaseUrl + ", replicationFactor=" + replicationFactor + "]";
    }
}
