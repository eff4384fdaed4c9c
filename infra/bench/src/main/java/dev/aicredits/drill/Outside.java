package dev.aicredits.drill;

/**
 * The broker and the database that services are pointed at by their settings.
 *
 * @param superuserPassword of {@code superuser}, who makes the roles
 */
record Outside(String bootstrapServers, String jdbcUrl, String superuser, String superuserPassword) {

    /** Without the password. */
    @Override
    public String toString() {
        return "Outside[" + bootstrapServers + ", " + jdbcUrl + "]";
    }
}
