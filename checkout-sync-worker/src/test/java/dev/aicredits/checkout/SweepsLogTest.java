package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.github.kagkarlsson.scheduler.Scheduler;
import dev.aicredits.checkout.Sweeps.LookFailures;
import dev.aicredits.testkit.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;

/** What the log says of the sweeps while the database is away. */
class SweepsLogTest {

    private static final List<String> THEIRS = List.of(
            "com.github.kagkarlsson.scheduler.RunUntilShutdown", "com.github.kagkarlsson.scheduler.RunAndLogErrors");

    private final Queue<ILoggingEvent> lines = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event);
        }
    };

    @Test
    void eachTryIsALineAndNoStackTrace() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        for (String theirs : THEIRS) {
            level(theirs, Level.valueOf(configured(theirs)));
        }
        appender.start();
        root.addAppender(appender);
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://127.0.0.1:1/none");
        Scheduler scheduler = Scheduler.create(nowhere)
                .addSchedulerListener(new LookFailures())
                .pollingInterval(Duration.ofMillis(20))
                .build();
        try {
            scheduler.start();
            Patience.awaitTrue(
                    "it is told", () -> lines.stream().filter(this::isOurs).count() >= 2);
        } finally {
            scheduler.stop();
            root.detachAppender(appender);
            THEIRS.forEach(theirs -> level(theirs, null));
        }

        // One at the start tells that it can't ask which database it is.
        assertThat(lines)
                .filteredOn(line -> line.getThrowableProxy() != null)
                .extracting(ILoggingEvent::getLoggerName)
                .allMatch(name -> name.endsWith(".AutodetectJdbcCustomization"));
        assertThat(lines)
                .filteredOn(this::isOurs)
                .extracting(ILoggingEvent::getLevel)
                .containsOnly(Level.WARN);
    }

    private boolean isOurs(ILoggingEvent line) {
        return line.getLoggerName().equals(Sweeps.class.getName());
    }

    private static void level(String logger, @Nullable Level level) {
        ((Logger) LoggerFactory.getLogger(logger)).setLevel(level);
    }

    private static String configured(String logger) throws IOException {
        Object level = new YamlPropertySourceLoader()
                .load("checkout", new ClassPathResource("checkout-sync-worker.yaml"))
                .get(0)
                .getProperty("logging.level." + logger);
        return Objects.requireNonNull(level).toString();
    }
}
