package dev.aicredits.checkout;

import dev.aicredits.ledger.Ledger;
import dev.aicredits.stripe.StripeGateway;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The checkout worker, put together from the parts that ship, with what it calls wrapped so that the JVM halts at the
 * {@link Step} that is the first argument.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(CheckoutSyncConfiguration.class)
public class HaltingWorker {

    /** What the worker says on standard output when it serves. */
    static final String READY = "ready";

    private static final String STEP = "chaos.step";

    /** Arguments: the step, and the application's settings. */
    public static void main(String[] arguments) {
        // Told before it serves: an event that waits may halt it at once.
        System.out.println(READY);
        SpringApplication application = new SpringApplication(HaltingWorker.class);
        application.setDefaultProperties(
                Map.of("spring.config.name", "application,checkout-sync-worker", STEP, arguments[0]));
        application.run(Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    @Bean
    static BeanPostProcessor halting(Environment environment) {
        Step haltAt = environment.getRequiredProperty(STEP, Step.class);
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String beanName) {
                if (bean instanceof StripeGateway stripe) {
                    return around(StripeGateway.class, stripe, (method, before) -> stripeStep(method, before), haltAt);
                }
                if (bean instanceof Ledger ledger) {
                    return around(Ledger.class, ledger, (method, before) -> before ? null : Step.BEFORE_COMMIT, haltAt);
                }
                if (beanName.equals("checkoutTransaction")) {
                    return new HaltingTransactions((TransactionTemplate) bean, haltAt);
                }
                if (bean instanceof ConsumerFactory<?, ?> factory) {
                    haltBeforeOffsets(factory, haltAt);
                }
                if (bean instanceof ProducerFactory<?, ?> factory) {
                    haltAroundSend(factory, haltAt);
                }
                return bean;
            }
        };
    }

    /** Which step a call is, before it and after it. */
    private interface Steps {
        @Nullable Step at(String method, boolean before);
    }

    private static @Nullable Step stripeStep(String method, boolean before) {
        return switch (method) {
            case "createSession" -> before ? Step.BEFORE_STRIPE_CREATES : Step.AFTER_STRIPE_CREATED;
            case "session" -> before ? null : Step.AFTER_SESSION_READ;
            default -> null;
        };
    }

    private static <T> T around(Class<T> type, T target, Steps steps, Step haltAt) {
        return type.cast(Proxy.newProxyInstance(
                HaltingWorker.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    halt(steps.at(method.getName(), true), haltAt);
                    try {
                        Object result = method.invoke(target, arguments);
                        halt(steps.at(method.getName(), false), haltAt);
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    /** Halts after the commit of a transaction that booked something. */
    private static final class HaltingTransactions extends TransactionTemplate {
        private final transient TransactionTemplate target;
        private final Step haltAt;

        HaltingTransactions(TransactionTemplate target, Step haltAt) {
            super(Objects.requireNonNull(target.getTransactionManager()));
            this.target = target;
            this.haltAt = haltAt;
        }

        @Override
        public <T> @Nullable T execute(TransactionCallback<T> action) {
            T result = target.execute(action);
            if (result instanceof Fulfilled.Booked) {
                halt(Step.AFTER_COMMIT, haltAt);
            }
            return result;
        }
    }

    @SuppressWarnings("unchecked")
    private static <K, V> void haltBeforeOffsets(ConsumerFactory<K, V> factory, Step haltAt) {
        Steps steps = (method, before) -> before && method.startsWith("commit") ? Step.BEFORE_OFFSETS : null;
        factory.addPostProcessor(consumer -> (Consumer<K, V>) around(Consumer.class, consumer, steps, haltAt));
    }

    /** After the broker's acknowledgement, in the producer's own thread: before anybody who waits for it goes on. */
    @SuppressWarnings("unchecked")
    private static <K, V> void haltAroundSend(ProducerFactory<K, V> factory, Step haltAt) {
        factory.addPostProcessor(producer -> (Producer<K, V>) Proxy.newProxyInstance(
                HaltingWorker.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("send")) {
                        halt(Step.BEFORE_EVENT_STORED, haltAt);
                        if (haltAt == Step.AFTER_EVENT_STORED) {
                            Object stored = ((Future<?>) method.invoke(producer, arguments)).get();
                            Objects.requireNonNull(stored);
                            halt(Step.AFTER_EVENT_STORED, haltAt);
                        }
                    }
                    try {
                        return method.invoke(producer, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private static void halt(@Nullable Step here, Step haltAt) {
        if (here == haltAt) {
            Runtime.getRuntime().halt(1);
        }
    }
}
