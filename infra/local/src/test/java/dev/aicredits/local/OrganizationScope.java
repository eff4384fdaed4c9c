package dev.aicredits.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether a statement says of which organization it reads or changes each table that is distributed by organization.
 *
 * <p>Told by the text: a table that is written has {@code organization_id} among the columns it is given; of any other
 * mention, {@code organization_id} is compared, under the mention's own name, or without a name once for each such mention.
 */
final class OrganizationScope {

    private static final Pattern NOISE = Pattern.compile("'(?:[^']|'')*'|--[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    private static final String KEYWORD =
            "(?:as|on|where|set|using|join|left|right|full|inner|cross|natural|order|group|"
                    + "limit|having|union|for|from|values|select|returning|overriding|default|window|offset|with|end|to)";

    private final Set<String> tables;
    private final Pattern mention;

    /** @param tables what is distributed by organization */
    OrganizationScope(Set<String> tables) {
        this.tables = Set.copyOf(tables);
        this.mention = Pattern.compile("\\b(from|join|update|into|copy|,)\\s*(?:only\\s+)?\\b("
                + tables.stream().sorted().collect(Collectors.joining("|"))
                + ")\\b(?![.(])(\\s*\\([^)]*\\))?(?:\\s+(?:as\\s+)?(?!" + KEYWORD
                + "\\b)([a-z_][a-z_0-9]*))?(\\s*\\([^)]*\\))?");
    }

    /** The mentions of distributed tables that are of no organization in particular. */
    List<String> unscoped(String sql) {
        String text =
                NOISE.matcher(sql).replaceAll(" ").toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
        List<String> unnamed = new ArrayList<>();
        List<String> unscoped = new ArrayList<>();
        Matcher found = mention.matcher(text);
        while (found.find()) {
            String table = found.group(2);
            String name = found.group(4) == null ? table : found.group(4);
            if (isWritten(found.group(1))) {
                String columns = found.group(3) == null ? found.group(5) : found.group(3);
                if (columns == null || !columns.matches(".*\\borganization_id\\b.*")) {
                    unscoped.add(table);
                }
            } else if (!isCompared(name + "\\.", text)) {
                unnamed.add(table);
            }
        }
        long compared = comparisons("(?<![.\\w])", text);
        if (unnamed.size() > compared) {
            unscoped.addAll(unnamed.subList((int) compared, unnamed.size()));
        }
        return unscoped;
    }

    /** Whether it mentions a distributed table at all. */
    boolean concerns(String sql) {
        return mention.matcher(NOISE.matcher(sql).replaceAll(" ").toLowerCase(Locale.ROOT))
                .find();
    }

    Set<String> tables() {
        return tables;
    }

    private static boolean isWritten(String word) {
        return word.equals("into") || word.equals("copy");
    }

    private static boolean isCompared(String qualifier, String text) {
        return comparisons("\\b" + qualifier, text) > 0;
    }

    private static long comparisons(String before, String text) {
        String column = before + "organization_id";
        return Pattern.compile(column + "(?:,[^()]*\\))? ?(?:=|<|>|\\bin\\b|\\bbetween\\b)|= ?" + column
                        + "|\\busing ?\\([^)]*" + column)
                .matcher(text)
                .results()
                .count();
    }
}
