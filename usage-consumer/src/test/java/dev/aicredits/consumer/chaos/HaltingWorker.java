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
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
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
 * JVM halts at the {@link Step} that is the first argument.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(UsageConsumerConfiguration.class)
public class HaltingWorker {

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
        Step haltAt = environment.getRequiredProperty(STEP, Step.class);
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String beanName) {
                if (bean instanceof Ledger ledger) {
                    return new HaltingLedger(ledger, haltAt);
                }
                if (bean instanceof ConsumerFactory<?, ?> factory) {
                    haltBeforeCommit(factory, haltAt);
                }
                return bean;
            }
        };
    }

    private static <K, V> void haltBeforeCommit(ConsumerFactory<K, V> factory, Step haltAt) {
        factory.addPostProcessor(consumer -> haltingBeforeCommit(consumer, haltAt));
    }

    @SuppressWarnings("unchecked")
    private static <K, V> Consumer<K, V> haltingBeforeCommit(Consumer<K, V> consumer, Step haltAt) {
        return (Consumer<K, V>) Proxy.newProxyInstance(
                HaltingWorker.class.getClassLoader(), new Class<?>[] {Consumer.class}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("commit")) {
                        halt(Step.BEFORE_OFFSETS, haltAt);
                    }
                    try {
                        return method.invoke(consumer, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static void halt(Step here, Step haltAt) {
        if (here == haltAt) {
            Runtime.getRuntime().halt(1);
        }
    }

    private record HaltingLedger(Ledger ledger, Step haltAt) implements Ledger {
        @Override
        public UsageBatch batch() {
            return new HaltingBatch(ledger.batch(), haltAt);
        }

        @Override
        public BookingOutcome book(NewEntry entry) {
            return ledger.book(entry);
        }
    }

    private record HaltingBatch(UsageBatch batch, Step haltAt) implements UsageBatch {
        @Override
        public void add(UsageEvent event, Priced price) {
            batch.add(event, price);
        }

        @Override
        public int size() {
            return batch.size();
        }

        @Override
        public UsageBooking book() {
            halt(Step.BEFORE_BOOKING, haltAt);
            UsageBooking booking = batch.book();
            halt(Step.AFTER_BOOKING, haltAt);
            return booking;
        }
    }
}
