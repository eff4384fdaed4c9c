package dev.aicredits.local;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends the log to its file, and to the terminal only what a person should know while the system runs. */
final class Logs {
    private static final String OURS = "dev.aicredits.";

    private Logs() {}

    /** Call before anything that logs. */
    static void start(Path file) {
        System.setProperty("logback.configurationFile", "dev/aicredits/local/logback-up.xml");
        System.setProperty("aicredits.log", file.toString());
        // Spring Boot would set up logging anew, and Logback is there before it.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        // SLF4J complains where two threads are the first to log.
        LoggerFactory.getILoggerFactory();
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** From now on the terminal shows what a person should know; what keeps us from starting has its own sentence. */
    static void showOn(Terminal terminal) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        TerminalAppender appender = new TerminalAppender(terminal);
        appender.setContext(context);
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    /** Our warnings and everybody's errors, a line each; the file has the rest. */
    private static final class TerminalAppender extends AppenderBase<ILoggingEvent> {
        private final Terminal terminal;

        TerminalAppender(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        protected void append(ILoggingEvent event) {
            Level least = event.getLoggerName().startsWith(OURS) ? Level.WARN : Level.ERROR;
            if (event.getLevel().isGreaterOrEqual(least)) {
                terminal.line(event.getLevel() + " " + event.getLoggerName() + ": "
                        + event.getFormattedMessage().lines().findFirst().orElse(""));
            }
        }
    }
}
