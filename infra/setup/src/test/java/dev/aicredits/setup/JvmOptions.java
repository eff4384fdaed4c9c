package dev.aicredits.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Options of the JVM: one that it does not know keeps it from starting. */
final class JvmOptions {
    private static final Pattern OPTION = Pattern.compile("-XX:[+-]?([A-Za-z]+)(=.+)?");

    private JvmOptions() {}

    /** Of options with spaces between them. */
    static void requireKnown(String options) {
        for (String option : options.split(" ", -1)) {
            requireKnownOption(option);
        }
    }

    private static void requireKnownOption(String option) {
        Matcher matcher = OPTION.matcher(option);
        assertThat(matcher.matches()).as(option).isTrue();
        // Throws if there is none of that name.
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).getVMOption(matcher.group(1));
    }
}
