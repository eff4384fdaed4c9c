package dev.aicredits.architecture;

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
import static dev.aicredits.architecture.Modules.packagesOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The boundaries of CONTRIBUTING.md. It stands in this module because this one is built last and its tests have all others on
 * their class path.
 */
@AnalyzeClasses(packages = "dev.aicredits", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] LEDGER = packagesOf("ledger");

    private static final String MESSAGING = "dev.aicredits.messaging..";

    private static final String WIRE = "dev.aicredits.wire..";

    /** What is neither infra nor a library: the services, and the command line. None may know another. */
    private static final List<String> PROGRAMS = Modules.atTheTopBut("ledger", "messaging", "access");

    /** Where each number that is not whole is money. In the services some are metrics, which are doubles. */
    private static final String[] EXACT = packagesOf("ledger", "access", "cli");

    /** They have programs, and the local Stripe, run side by side. */
    private static final String[] RUNNERS = packagesOf("infra/local", "infra/bench");

    /** They look at the database from outside, to measure, to try or to test: nobody looks for the system's SQL there. */
    private static final String[] ONLOOKERS = packagesOf("infra/bench", "infra/testkit");

    /** Main classes of infra: where the clocks of infra/up, infra/archive, infra/bench/run and infra/drill are made. */
    private static final Set<String> CLOCK_MAKERS = Set.of(
            "dev.aicredits.local.Up",
            "dev.aicredits.local.ArchiveMonths",
            "dev.aicredits.bench.Bench",
            "dev.aicredits.drill.Drill");

    @ArchTest
    static void everyModulesClassesAreSeen(JavaClasses all) {
        for (String module : Modules.all()) {
            assertThat(Modules.classesOf(module))
                    .as("the classes of %s, which must be on the class path of this module's tests", module)
                    .isNotEmpty()
                    .allMatch(all::contain);
        }
    }

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.aicredits.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule sqlIsInJdbcClasses = noClasses()
            .that(not(describe("are named Jdbc* or nested in one", ArchitectureTest::isJdbcClass)))
            .and()
            .resideOutsideOfPackages(ONLOOKERS)
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
            .resideInAnyPackage(LEDGER)
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
            .onlyDependOnClassesThat(resideInAnyPackage(LEDGER)
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
            .resideInAnyPackage(andRunners("dev.aicredits.localstripe.."))
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
    static void programsAreUsedByNoneButWhoRunsThem(JavaClasses all) {
        for (String program : PROGRAMS) {
            classes()
                    .that()
                    .resideInAnyPackage(packagesOf(program))
                    .should()
                    .onlyHaveDependentClassesThat()
                    .resideInAnyPackage(andRunners(packagesOf(program)))
                    .check(all);
        }
    }

    @ArchTest
    static final ArchRule timeComesFromAnInjectedClock = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Configuration")
            .and(not(describe("are main classes of infra", type -> CLOCK_MAKERS.contains(type.getName()))))
            .should()
            .accessTargetWhere(describe("reads the system's clock", ArchitectureTest::readsSystemClock))
            .because("tests must be able to choose the time; System.nanoTime measures and is fine");

    @ArchTest
    static final ArchRule moneyIsNeverFloating = noFields()
            .that()
            .areDeclaredInClassesThat(resideInAnyPackage(EXACT))
            .should()
            .haveRawType(describe("float or double", ArchitectureTest::isFloating));

    @ArchTest
    static final ArchRule moneyIsNeverPassedFloating = noCodeUnits()
            .that()
            .areDeclaredInClassesThat(resideInAnyPackage(EXACT))
            .should(have(describe("a float or double as parameter or result", ArchitectureTest::passesFloating)));

    @ArchTest
    static final ArchRule namesSayWhatATypeIs = noClasses()
            .should()
            .haveNameMatching(".*[.$](Default\\w*|\\w+(Manager|Helper|Utils?|Impl))")
            .because("such names say nothing");

    private static String[] andRunners(String... packages) {
        return Stream.of(packages, RUNNERS).flatMap(Stream::of).toArray(String[]::new);
    }

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

    private static boolean readsSystemClock(JavaAccess<?> call) {
        String method = call.getTarget().getName();
        JavaClass owner = call.getTargetOwner();
        if (owner.isEquivalentTo(System.class)) {
            return method.equals("currentTimeMillis");
        }
        if (owner.isEquivalentTo(Clock.class)) {
            return method.startsWith("system") || method.startsWith("tick");
        }
        boolean time = owner.getPackageName().equals("java.time") && method.equals("now");
        return time
                && call.getTarget() instanceof CodeUnitAccessTarget target
                && target.getRawParameterTypes().isEmpty();
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
