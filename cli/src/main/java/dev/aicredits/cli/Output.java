package dev.aicredits.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of a command that prints data. */
final class Output {

    /** How data is printed. */
    enum Format {
        table,
        json,
        yaml,
        csv
    }

    /** The two ways to say it, of which one at most is used. */
    static final class Choice {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "<format>",
                description = "table (default), json, yaml or csv.")
        @Nullable Format format;

        @Option(names = "--json", description = "The same as --output json.")
        boolean json;
    }

    @ArgGroup
    @Nullable Choice choice;

    Format format() {
        if (choice == null) {
            return Format.table;
        }
        return choice.json || choice.format == null ? Format.json : choice.format;
    }

    /** Whether all of an answer is printed as it came, and not columns of it. */
    boolean isWhole() {
        return format() == Format.json || format() == Format.yaml;
    }
}
