package dev.aicredits.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The statements that lay the tables out on a Citus cluster, read strictly: a line is empty, a comment, or one whole
 * statement of a known form, and nothing else.
 */
public final class DistributionFile {

    /** How a table lies. */
    public enum Kind {
        /** On the coordinator alone. */
        LOCAL,
        /** Whole on every node. */
        REFERENCE,
        /** By a column. */
        DISTRIBUTED
    }

    /**
     * What becomes of a table.
     *
     * @param column by which it is distributed; empty unless it is
     * @param colocatedWith the table whose rows it lies with, {@code none} for none; empty unless it is distributed
     */
    public record Placement(String table, Kind kind, String column, String colocatedWith) {}

    private static final Pattern DISTRIBUTED = Pattern.compile(
            "SELECT create_distributed_table\\('([a-z_]+)', '([a-z_]+)', colocate_with => '([a-z_]+)'\\);");

    private static final Map<Kind, Pattern> WHOLE = Map.of(
            Kind.LOCAL, Pattern.compile("SELECT citus_add_local_table_to_metadata\\('([a-z_]+)'\\);"),
            Kind.REFERENCE, Pattern.compile("SELECT create_reference_table\\('([a-z_]+)'\\);"));

    private final List<Placement> placements;

    private DistributionFile(List<Placement> placements) {
        this.placements = placements;
    }

    /** Reads {@code distribute.sql} of a module below {@code infra}. */
    public static DistributionFile load() {
        try {
            return parse(Files.readString(Path.of("../citus/distribute.sql")));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the distribution statements", e);
        }
    }

    /** Reads {@code sql}; throws {@link IllegalArgumentException} for a line that is none of the forms. */
    public static DistributionFile parse(String sql) {
        List<Placement> placements = new ArrayList<>();
        sql.lines()
                .filter(Predicate.not(String::isBlank))
                .filter(line -> !line.startsWith("--"))
                .forEach(line -> placements.add(placement(line)));
        return new DistributionFile(List.copyOf(placements));
    }

    private static Placement placement(String line) {
        Matcher distributed = DISTRIBUTED.matcher(line);
        if (distributed.matches()) {
            return new Placement(distributed.group(1), Kind.DISTRIBUTED, distributed.group(2), distributed.group(3));
        }
        for (Map.Entry<Kind, Pattern> form : WHOLE.entrySet()) {
            Matcher whole = form.getValue().matcher(line);
            if (whole.matches()) {
                return new Placement(whole.group(1), form.getKey(), "", "");
            }
        }
        throw new IllegalArgumentException("no distribution statement: " + line);
    }

    /** What the statements say, in their order; a table that is named twice is there twice. */
    public List<Placement> placements() {
        return placements;
    }

    /** The names of the tables that lie so. */
    public Set<String> tables(Kind kind) {
        return placements.stream()
                .filter(placement -> placement.kind() == kind)
                .map(Placement::table)
                .collect(Collectors.toUnmodifiableSet());
    }
}
