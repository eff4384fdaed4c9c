package dev.aicredits.local;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.have;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The boundaries of CONTRIBUTING.md. It stands in this module because this one sees all others. */
@AnalyzeClasses(
        packages = "dev.aicredits",
        importOptions = {DoNotIncludeTests.class, ArchitectureTest.DoNotIncludeTestkit.class})
class ArchitectureTest {
    /** The testkit is tests' own, and on this module's class path for them. */
    static final class DoNotIncludeTestkit implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/testkit/");
        }
    }

    private static final String[] LEDGER_MODULE = {
        "dev.aicredits.archive..",
        "dev.aicredits.audit..",
        "dev.aicredits.money..",
        "dev.aicredits.ledger..",
        "dev.aicredits.budget..",
        "dev.aicredits.hold..",
        "dev.aicredits.control..",
        "dev.aicredits.rating..",
        "dev.aicredits.ratecard..",
        "dev.aicredits.schema..",
        "dev.aicredits.usage..",
    };

    private static final String MESSAGING = "dev.aicredits.messaging..";

    private static final String WIRE = "dev.aicredits.wire..";

    /** The packages of each service, none of which may know another's; {@link Services} runs them side by side. */
    private static final String[][] SERVICES = {
        {"dev.aicredits.consumer.."},
        {"dev.aicredits.enforcer.."},
        {"dev.aicredits.checkout..", "dev.aicredits.stripe..", "dev.aicredits.reconcile.."},
        {
            "dev.aicredits.api..",
            "dev.aicredits.organization..",
            "dev.aicredits.apikey..",
            "dev.aicredits.credits..",
            "dev.aicredits.agent..",
            "dev.aicredits.hosting..",
            "dev.aicredits.adjustment..",
            "dev.aicredits.spending..",
            "dev.aicredits.stream..",
            "dev.aicredits.intake..",
            "dev.aicredits.operations..",
            "dev.aicredits.openapi..",
            "dev.aicredits.pages..",
            "dev.aicredits.purchase.."
        },
    };

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.aicredits.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule sqlIsInJdbcClasses = noClasses()
            .that(not(describe("are named Jdbc* or nested in one", ArchitectureTest::isJdbcClass)))
            .should()
            .dependOnClassesThat(describe("speak JDBC", ArchitectureTest::speaksJdbc))
            .because("SQL is found by its class's name; a DataSource may be passed on, a SQLException told apart");

    @ArchTest
    static final ArchRule rowsAreReadAsLists = noClasses()
            .should()
            .callMethod(JdbcClient.MappedQuerySpec.class, "stream")
            .because("a stream that nobody closes keeps its connection");

    @ArchTest
    static final ArchRule ratingIsPure = classes()
            .that()
            .resideInAPackage("dev.aicredits.rating..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "dev.aicredits.rating..",
                            "dev.aicredits.money..",
                            "dev.aicredits.usage..",
                            "org.jspecify..",
                            "java..")
                    .and(not(resideInAnyPackage("java.sql..", "java.net..", "java.nio.file.."))))
            .because("the same usage must cost the same for ever");

    @ArchTest
    static final ArchRule budgetDecisionsArePure = classes()
            .that()
            .resideInAPackage("dev.aicredits.budget..")
            .and(not(describe("are named Jdbc* or nested in one", ArchitectureTest::isJdbcClass)))
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage("dev.aicredits.budget..", "dev.aicredits.money..", "org.jspecify..", "java..")
                            .and(not(resideInAnyPackage("java.sql..", "java.net..", "java.nio.file.."))))
            .because("a decision follows from its facts alone");

    @ArchTest
    static final ArchRule ledgerKnowsNoTransport = noClasses()
            .that()
            .resideInAnyPackage(LEDGER_MODULE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..",
                    "org.springframework.kafka..",
                    "org.springframework.web..",
                    "org.springframework.boot..",
                    "jakarta.servlet..",
                    "com.stripe..");

    @ArchTest
    static final ArchRule messagingKnowsTheLedgerAndKafka = classes()
            .that()
            .resideInAPackage(MESSAGING)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(LEDGER_MODULE)
                    .or(resideInAnyPackage(
                            MESSAGING,
                            "dev.aicredits.tracing..",
                            "java..",
                            "io.micrometer..",
                            "org.apache.kafka..",
                            "org.jspecify..",
                            "org.slf4j..",
                            "org.springframework.boot.health..",
                            "org.springframework.boot.kafka..",
                            "org.springframework.context..",
                            "org.springframework.dao..",
                            "org.springframework.kafka..",
                            "org.springframework.transaction..",
                            "org.springframework.util..",
                            "tools.jackson..")))
            .because("every worker has it: what one of them needs is that one's");

    @ArchTest
    static final ArchRule usageEventsAreJudgedByTheirBytesAlone = classes()
            .that()
            .resideInAPackage(WIRE)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            WIRE,
                            "dev.aicredits.usage..",
                            "dev.aicredits.money..",
                            "dev.aicredits.rating..",
                            "java..",
                            "org.apache.kafka.common.header..",
                            "org.jspecify..",
                            "tools.jackson.core..")
                    .and(not(resideInAnyPackage("java.sql..", "java.net..", "java.nio.file.."))))
            .because("the same bytes must be judged alike wherever they come in");

    @ArchTest
    static final ArchRule stripeIsKnownToItsPackageAlone = noClasses()
            .that()
            .resideOutsideOfPackage("dev.aicredits.stripe..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.stripe..", "com.google.gson..")
            .because("what we know of Stripe's API, and its key, is in one place");

    @ArchTest
    static final ArchRule localStripeIsPartOfNoService = classes()
            .that()
            .resideInAPackage("dev.aicredits.localstripe..")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAnyPackage("dev.aicredits.localstripe..", "dev.aicredits.local..", "dev.aicredits.bench..")
            .because("a service that runs it would take play money for real");

    @ArchTest
    static final ArchRule localStripeKnowsNothingOfUs = noClasses()
            .that()
            .resideInAPackage("dev.aicredits.localstripe..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("dev.aicredits..").and(not(resideInAPackage("dev.aicredits.localstripe.."))))
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("com.stripe..")
            .because("it is what we are tested against");

    @ArchTest
    static void servicesAreUsedByNoneButWhoRunsThem(JavaClasses all) {
        for (String[] service : SERVICES) {
            classes()
                    .that()
                    .resideInAnyPackage(service)
                    .should()
                    .onlyHaveDependentClassesThat(resideInAnyPackage(service)
                            .or(resideInAnyPackage("dev.aicredits.local..", "dev.aicredits.bench..")))
                    .check(all);
        }
    }

    @ArchTest
    static final ArchRule timeComesFromAnInjectedClock = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Configuration")
            .and()
            // The main classes of infra/up and infra/archive are where their clocks are made.
            .doNotBelongToAnyOf(Up.class, ArchiveMonths.class)
            .should()
            .callMethodWhere(describe("reads the system's clock", ArchitectureTest::readsSystemClock))
            .because("tests must be able to choose the time; System.nanoTime measures and is fine");

    @ArchTest
    static final ArchRule moneyIsNeverFloating = noFields()
            .that()
            .areDeclaredInClassesThat(resideInAnyPackage(LEDGER_MODULE))
            .should()
            .haveRawType(describe("float or double", ArchitectureTest::isFloating));

    @ArchTest
    static final ArchRule moneyIsNeverPassedFloating = noCodeUnits()
            .that()
            .areDeclaredInClassesThat(resideInAnyPackage(LEDGER_MODULE))
            .should(have(describe("a float or double as parameter or result", ArchitectureTest::passesFloating)));

    @ArchTest
    static final ArchRule namesSayWhatATypeIs = noClasses()
            .should()
            .haveNameMatching(".*[.$](Default\\w*|\\w+(Manager|Helper|Utils?|Impl))")
            .because("such names say nothing");

    private static boolean isJdbcClass(JavaClass type) {
        JavaClass outermost = type;
        while (outermost.getEnclosingClass().isPresent()) {
            outermost = outermost.getEnclosingClass().get();
        }
        return outermost.getSimpleName().startsWith("Jdbc");
    }

    private static boolean speaksJdbc(JavaClass type) {
        if (type.isEquivalentTo(DataSource.class) || type.isEquivalentTo(SQLException.class)) {
            return false;
        }
        return Set.of("java.sql", "javax.sql").contains(type.getPackageName())
                || type.isEquivalentTo(JdbcClient.class)
                || type.isEquivalentTo(JdbcTemplate.class);
    }

    private static boolean readsSystemClock(JavaMethodCall call) {
        String method = call.getTarget().getName();
        JavaClass owner = call.getTargetOwner();
        if (owner.isEquivalentTo(System.class)) {
            return method.equals("currentTimeMillis");
        }
        if (owner.isEquivalentTo(Clock.class)) {
            return method.startsWith("system") || method.startsWith("tick");
        }
        boolean time = owner.getPackageName().equals("java.time") && method.equals("now");
        return time && call.getTarget().getRawParameterTypes().isEmpty();
    }

    private static boolean isFloating(JavaClass type) {
        return Set.of("float", "double", "java.lang.Float", "java.lang.Double")
                .contains(type.getBaseComponentType().getName());
    }

    private static boolean passesFloating(JavaCodeUnit unit) {
        return isFloating(unit.getRawReturnType())
                || unit.getRawParameterTypes().stream().anyMatch(ArchitectureTest::isFloating);
    }
}
