package dev.aicredits.api;

import dev.aicredits.access.ApiKey;
import dev.aicredits.access.JdbcKeyring;
import dev.aicredits.access.KeyHashes;
import dev.aicredits.access.Routes;
import dev.aicredits.access.Routes.Route;
import dev.aicredits.embedded.TopicDeclaration;
import dev.aicredits.embedded.Topics;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.Member;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.schema.JdbcRoles;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.testkit.RunningApplication;
import dev.aicredits.testkit.TestDatabase;
import dev.aicredits.testkit.TestInfra;
import dev.aicredits.testkit.TopicReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** The API, whole, on a database of its own: one for all tests of this JVM, each of which opens its own organizations. */
public final class ApiSystem {

    public static final String PEPPER = "pepper-of-tests-pepper-of-tests-pepper";
    public static final String AUDIENCE = "billing-api-of-tests";
    public static final String OPERATOR = "usr_op_of_tests";

    /** Two topics of the API's, with what was refused on them; and one that the broker does not have. */
    public static final List<String> TOPICS =
            List.of("usage-of-tests", "usage-of-tests-dlt", "stripe.events.v1", "stripe.events.v1-dlt", "absent");

    public static final int STREAMS_PER_ORGANIZATION = 20;

    private static final int PARTITIONS = 2;

    private static final JdbcRoles.Passwords PASSWORDS = new JdbcRoles.Passwords(random(), random(), random());
    private static final ApiSystem SHARED = new ApiSystem();

    private final TestDatabase database = TestInfra.shared().createDatabase();
    private final String usageTopic =
            TestInfra.shared().createTopic("usage", 3, Map.of("max.message.bytes", "2097152"));
    private final String ledgerTopic = TestInfra.shared().createTopic("ledger", 3, Map.of());
    private final TestIssuer issuer = TestIssuer.start();
    private final JdbcKeyring keyring;
    private final DataSource superuser = database.pool();
    private final DataSource app;
    private final RunningApplication api;
    private final ApiKey operatorKey = ApiKey.randomOfOperator(new SecureRandom());
    private final ApiKey secondOperatorKey = ApiKey.randomOfOperator(new SecureRandom());

    private ApiSystem() {
        DataSource owner = database.pool(LedgerDatabase.OWNER_ROLE, PASSWORDS.owner());
        LedgerDatabase.create(superuser, PASSWORDS, owner);
        this.keyring = new JdbcKeyring(owner, new KeyHashes(List.of(PEPPER)));
        keyring.addOperator(OPERATOR, "Otto Operator");
        keyring.addOperatorKey(OPERATOR, operatorKey);
        keyring.addOperator("usr_second_op_of_tests", "Olga Operator");
        keyring.addOperatorKey("usr_second_op_of_tests", secondOperatorKey);
        this.app = database.pool(LedgerDatabase.APP_ROLE, PASSWORDS.app());
        createTopics();
        this.api = start(issuer.url());
    }

    private static void createTopics() {
        try (Admin admin = TestInfra.shared().broker().admin()) {
            Topics.apply(
                    admin,
                    TOPICS.stream()
                            .filter(topic -> !topic.equals("absent"))
                            .map(topic -> new TopicDeclaration(topic, PARTITIONS, Map.of()))
                            .toList(),
                    1);
        }
    }

    public static ApiSystem shared() {
        return SHARED;
    }

    /** Another process beside this one, with an identity provider of its own; who starts it closes it. */
    public RunningApplication startBeside(String issuerUrl) {
        return start(issuerUrl);
    }

    private RunningApplication start(String issuerUrl) {
        Map<String, String> settings = new HashMap<>();
        settings.put("spring.datasource.url", database.jdbcUrl());
        settings.put("spring.datasource.username", LedgerDatabase.APP_ROLE);
        settings.put("spring.datasource.password", PASSWORDS.app());
        settings.put("spring.kafka.bootstrap-servers", TestInfra.shared().bootstrapServers());
        settings.put("aicredits.api.usage-events.topic", usageTopic);
        settings.put("aicredits.api.topics.ledger", ledgerTopic);
        settings.put("server.port", "0");
        settings.put("aicredits.api.streams.interval", "50ms");
        settings.put("aicredits.api.streams.streams-per-organization-max", Integer.toString(STREAMS_PER_ORGANIZATION));
        // Only what a test starts itself audits here.
        settings.put("aicredits.api.operations.audit-interval", "0s");
        settings.put("aicredits.api.operations.topics", String.join(",", TOPICS));
        settings.put("aicredits.api.operations.listed-bytes-max", "16B");
        settings.put("aicredits.api.operations.shown-bytes-max", "64B");
        settings.put("aicredits.api.operations.scan-records-max", "40");
        settings.put("aicredits.api.operations.replay-records-max", "3");
        settings.put("aicredits.access.key-peppers", PEPPER);
        settings.put("aicredits.access.oidc-issuer", issuerUrl);
        settings.put("aicredits.access.oidc-audience", AUDIENCE);
        settings.put("aicredits.pages.oidc-client-id", TestIssuer.CLIENT_ID);
        settings.put("aicredits.pages.oidc-client-secret", TestIssuer.CLIENT_SECRET);
        return RunningApplication.start(BillingApiApplication.class, "billing-api", settings);
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }

    public <T> T bean(Class<T> type) {
        return api.bean(type);
    }

    /** The routes of the REST API, for programs. */
    public List<Route> apiRoutes() {
        return bean(Routes.class).all().stream()
                .filter(route -> route.path().startsWith("/api/"))
                .toList();
    }

    /** What answers the REST API's routes. */
    public List<Method> apiMethods() {
        return bean(DispatcherServlet.class).getHandlerMappings().stream()
                .filter(RequestMappingHandlerMapping.class::isInstance)
                .flatMap(mapping -> ((RequestMappingHandlerMapping) mapping).getHandlerMethods().entrySet().stream())
                .filter(route -> route.getKey().getPatternValues().stream().anyMatch(path -> path.startsWith("/api/")))
                .map(route -> route.getValue().getMethod())
                .toList();
    }

    /** The pages, for people. */
    public List<Route> pageRoutes() {
        return bean(Routes.class).all().stream()
                .filter(route -> !route.path().startsWith("/api/"))
                .toList();
    }

    /** A browser in which nobody has signed in. */
    public PageClient browser() {
        return new PageClient(baseUrl(), issuer);
    }

    /** The same of another process. */
    public PageClient browserOf(RunningApplication process) {
        return new PageClient(baseUrl(process), issuer);
    }

    public TestIssuer issuer() {
        return issuer;
    }

    /** What is on the topic of usage events now. */
    public List<ConsumerRecord<byte[], byte[]>> usageRecords() {
        return TopicReader.read(TestInfra.shared().bootstrapServers(), usageTopic);
    }

    /** What was announced of an organization until now: type and data of each, in order. */
    public List<String> announced(String organizationId) {
        return TopicReader.read(TestInfra.shared().bootstrapServers(), ledgerTopic).stream()
                .filter(record -> organizationId.equals(new String(record.key(), StandardCharsets.UTF_8)))
                .map(record -> TopicReader.header(record, "ce_type") + " "
                        + new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    public ApiKey operatorKey() {
        return operatorKey;
    }

    public String baseUrl() {
        return baseUrl(api);
    }

    private static String baseUrl(RunningApplication process) {
        return "http://127.0.0.1:" + process.port();
    }

    /** Who shows nothing. */
    public ApiClient anonymous() {
        return new ApiClient(baseUrl(), null);
    }

    /** Who shows {@code token} as a bearer. */
    public ApiClient bearer(String token) {
        return new ApiClient(baseUrl(), token);
    }

    public ApiClient operator() {
        return bearer(operatorKey.text());
    }

    public ApiClient secondOperator() {
        return bearer(secondOperatorKey.text());
    }

    public ApiClient person(String principalId) {
        return bearer(issuer.token(principalId, AUDIENCE));
    }

    /** As the application's role. */
    public DataSource app() {
        return app;
    }

    /** As superuser, for what no role of ours may do. */
    public JdbcClient superuser() {
        return JdbcClient.create(superuser);
    }

    public Ledger ledger() {
        return new JdbcLedger(app, Clock.systemUTC());
    }

    /** A new organization with a member and a key for each role. */
    public TestOrganization organization() {
        String id = "org_" + UUID.randomUUID().toString().substring(0, 18);
        JdbcOrganizations organizations = new JdbcOrganizations(app, Clock.systemUTC());
        organizations.open(id, "Name of " + id);
        Map<Role, String> members = new EnumMap<>(Role.class);
        Map<Role, ApiKey> keys = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            String principal = "usr_" + role.key() + "_" + id.substring(4);
            organizations.addMember(
                    id, new Member(principal, "Name of " + principal, role.key() + "@example.com", role));
            members.put(role, principal);
            ApiKey key = ApiKey.random(new SecureRandom());
            keyring.addKey(id, "of tests", role, key);
            keys.put(role, key);
        }
        return new TestOrganization(this, id, members, keys);
    }
}
