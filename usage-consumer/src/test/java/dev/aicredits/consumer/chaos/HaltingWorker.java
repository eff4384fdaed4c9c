package dev.aicredits.consumer.chaos;

import dev.aicredits.consumer.UsageConsumerConfiguration;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.ledger.UsageBatch;
import dev.aicredits.ledger.UsageBooking;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.UsageEvent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.kafka.core.ConsumerFactory;

/**
 * The usage consumer, put together from the parts that ship, with the ledger and the Kafka consumer wrapped so that the
 * JVM halts at the {@link Step} that is the first argument, or waits there at a {@link Gate} if it is given one.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(UsageConsumerConfiguration.class)
public class HaltingWorker {

    /** The folder of the gate. */
    static final String GATE = "chaos.gate";

    private static final String STEP = "chaos.step";

    /** Arguments: the step, and the application's settings. */
    public static void main(String[] arguments) {
        Worker.announce();
        SpringApplication application = new SpringApplication(HaltingWorker.class);
        application.setDefaultProperties(
                Map.of("spring.config.name", "application,usage-consumer", STEP, arguments[0]));
        application.run(Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    @Bean
    static BeanPostProcessor halting(Environment environment) {
        String folder = environment.getProperty(GATE);
        Interruption interruption = new Interruption(
                environment.getRequiredProperty(STEP, Step.class), folder == null ? null : new Gate(Path.of(folder)));
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String beanName) {
                if (bean instanceof Ledger ledger) {
                    return new InterruptedLedger(ledger, interruption);
                }
                if (bean instanceof ConsumerFactory<?, ?> factory) {
                    interruptBeforeCommit(factory, interruption);
                }
                return bean;
            }
        };
    }

    private static <K, V> void interruptBeforeCommit(ConsumerFactory<K, V> factory, Interruption interruption) {
        factory.addPostProcessor(consumer -> interruptedBeforeCommit(consumer, interruption));
    }

    @SuppressWarnings("unchecked")
    private static <K, V> Consumer<K, V> interruptedBeforeCommit(Consumer<K, V> consumer, Interruption interruption) {
        return (Consumer<K, V>) Proxy.newProxyInstance(
                HaltingWorker.class.getClassLoader(), new Class<?>[] {Consumer.class}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("commit")) {
                        interruption.reached(Step.BEFORE_OFFSETS);
                    }
                    try {
                        return method.invoke(consumer, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** What comes in the way of a batch, and where. */
    private record Interruption(Step step, @Nullable Gate gate) {
        void reached(Step here) {
            if (here != step) {
                return;
            }
            if (gate == null) {
                Runtime.getRuntime().halt(1);
            } else {
                gate.pass();
            }
        }

        void booked(UsageBooking booking) {
            if (gate != null) {
                gate.tell(booking);
            }
        }
    }

    private record InterruptedLedger(Ledger ledger, Interruption interruption) implements Ledger {
        @Override
        public UsageBatch batch() {
            return new InterruptedBatch(ledger.batch(), interruption);
        }

        @Override
        public BookingOutcome book(NewEntry entry) {
            return ledger.book(entry);
        }
    }

    private record InterruptedBatch(UsageBatch batch, Interruption interruption) implements UsageBatch {
        @Override
        public void add(UsageEvent event, Priced price) {
            batch.add(event, price);
        }

        @Override
        public UsageBooking book() {
            interruption.reached(Step.BEFORE_BOOKING);
            UsageBooking booking = batch.book();
            interruption.booked(booking);
            interruption.reached(Step.AFTER_BOOKING);
            return booking;
        }
    }
}
