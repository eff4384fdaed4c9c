package dev.aicredits.embedded;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** {@link KafkaBrokerMain} with its standard error in the file that the first argument names. */
public final class BrokerWithErrorFile {
    private BrokerWithErrorFile() {}

    public static void main(String[] arguments) throws Exception {
        System.setErr(new PrintStream(arguments[0], StandardCharsets.UTF_8));
        KafkaBrokerMain.main(Arrays.copyOfRange(arguments, 1, arguments.length));
    }
}
