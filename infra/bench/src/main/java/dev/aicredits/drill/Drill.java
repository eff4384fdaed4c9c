package dev.aicredits.drill;

import dev.aicredits.drill.RollingDrill.By;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** The drills' command line. */
@Command(
        name = "infra/drill",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Tries what operators are promised, on a broker, a database and services that are processes of their"
                        + " own, all made for it and gone after it. Prints a line for each step.",
        footer = {
            "",
            "Exit code 0: all holds. 1: something does not. 2: wrong arguments. 3: not run, or not all of it, because the"
                    + " machine does not let us."
        })
public final class Drill implements Callable<Integer> {

    private static final int HELD = 0;
    private static final int BROKEN = 1;
    private static final int NOT_RUN = 3;

    /** A drill by its name. */
    enum Name {
        rolling,
        rolling_kill,
        restore,
        disk_full,
        backlog;

        @Override
        public String toString() {
            return name().replace('_', '-');
        }
    }

    @Parameters(
            arity = "1..*",
            paramLabel = "<name>|all",
            description = "rolling, rolling-kill, restore, disk-full, backlog, or all of them one after the other.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--out", paramLabel = "<file>", description = "Where the result is written (default: drill.json).")
    private Path out = Path.of("drill.json");

    @Option(
            names = "--data",
            paramLabel = "<folder>",
            description = "Where the folder of each is made, and deleted (default: the system's for temporary files).")
    private Path data = Path.of(System.getProperty("java.io.tmpdir"));

    private final Clock clock;

    private Drill(Clock clock) {
        this.clock = clock;
    }

    public static void main(String[] arguments) {
        // The log of Flyway and of the local Stripe's server.
        Logger.getLogger("").setLevel(Level.SEVERE);
        System.exit(new CommandLine(new Drill(Clock.systemUTC())).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        List<Name> chosen = chosen();
        List<Map<String, Object>> results = new ArrayList<>();
        int worst = HELD;
        for (Name name : chosen) {
            Steps steps = new Steps(name.toString(), System.out);
            int code = run(name, steps);
            Map<String, Object> result = steps.result();
            if (code == NOT_RUN) {
                result.put("state", "not run");
            }
            results.add(result);
            // Broken is worse than not run.
            worst = worst == BROKEN || code == BROKEN ? BROKEN : Math.max(worst, code);
            write(results);
        }
        return worst;
    }

    private List<Name> chosen() {
        List<Name> chosen = new ArrayList<>();
        for (String name : names) {
            boolean known = false;
            for (Name drill : Name.values()) {
                if (name.equals("all") || name.equals(drill.toString())) {
                    chosen.add(drill);
                    known = true;
                }
            }
            if (!known) {
                throw new CommandLine.ParameterException(
                        new CommandLine(this), "there is no drill " + name + ": " + List.of(Name.values()));
            }
        }
        return chosen;
    }

    private int run(Name name, Steps steps) {
        try (Scratch scratch = Scratch.in(data)) {
            switch (name) {
                case rolling -> RollingDrill.run(clock, scratch, steps, By.SIGTERM);
                case disk_full -> DiskFullDrill.run(clock, scratch, steps);
                case backlog -> BacklogDrill.run(clock, scratch, steps);
                case restore -> RestoreDrill.run(clock, scratch, steps);
                case rolling_kill -> RollingDrill.run(clock, scratch, steps, By.SIGKILL);
            }
        } catch (NotRunException e) {
            steps.step("NOT RUN: " + e.getMessage());
            return NOT_RUN;
        } catch (RuntimeException e) {
            e.printStackTrace();
            steps.holds("it comes to its end: " + e, false);
        }
        return steps.allHold() ? HELD : BROKEN;
    }

    private void write(List<Map<String, Object>> results) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("processors", Runtime.getRuntime().availableProcessors());
        document.put("java", Runtime.version().toString());
        document.put("drills", results);
        JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValue(out.toFile(), document);
    }
}
