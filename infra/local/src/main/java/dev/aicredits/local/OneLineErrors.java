package dev.aicredits.local;

import picocli.CommandLine;

/** Command lines that answer a wrong option with one line and exit code 2. */
final class OneLineErrors {
    private OneLineErrors() {}

    static CommandLine commandLine(Object command) {
        CommandLine commandLine = new CommandLine(command);
        commandLine.setParameterExceptionHandler((exception, arguments) -> {
            String name = commandLine.getCommandName();
            String sentence =
                    String.valueOf(exception.getMessage()).lines().findFirst().orElse("wrong options");
            System.err.println(name + ": " + sentence + " (see " + name + " --help)");
            return commandLine.getCommandSpec().exitCodeOnInvalidInput();
        });
        return commandLine;
    }
}
