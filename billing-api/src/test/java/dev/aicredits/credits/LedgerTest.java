package dev.aicredits.credits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.api.TestUsage;
import dev.aicredits.ledger.Member.Role;
import java.lang.reflect.Proxy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import tools.jackson.databind.JsonNode;

/** The ledger, page by page and as CSV. */
class LedgerTest {

    private final TestOrganization organization = ApiSystem.shared().organization();
    private final TestUsage usage = new TestUsage(organization);

    @Test
    void anEntrySaysWhatItIsAboutAndNoMore() {
        usage.topUp("50", "cs_test_1");
        usage.call("support", "user_ada", "gpt-4o-mini", "0.000435", Instant.parse("2026-11-20T10:00:00.000001Z"));

        JsonNode page = ledger("").json();

        assertThat(page.path("totalCount").asInt()).isEqualTo(2);
        assertThat(page.path("data").get(0).toString())
                .contains("\"id\":\"2\",\"entryKind\":\"usage\",\"amountUsd\":-0.000435,\"balanceAfterUsd\":49.999565,")
                .contains("\"occurredOn\":\"2026-11-20T10:00:00.000001Z\"", "\"externalUserId\":\"user_ada\"")
                .contains("\"provider\":\"openai\",\"model\":\"gpt-4o-mini\",\"inputTokens\":1000")
                .contains("\"cachedInputTokens\":200", "\"outputTokens\":50", usage.agent("support"))
                .doesNotContain("sessionId", "rateCardVersion");
        assertThat(page.path("data").get(1).propertyNames())
                .containsExactly(
                        "id",
                        "entryKind",
                        "amountUsd",
                        "balanceAfterUsd",
                        "createdOn",
                        "occurredOn",
                        "description",
                        "sessionId");
        assertThat(page.path("nextCursor").isNull()).isTrue();
    }

    /** As long as an event may have them. */
    @Test
    void filtersTakeEveryIdThatAnEventMayHave() {
        String longest = "\uD83D\uDE00" + "u".repeat(254);
        usage.call("a", longest, "gpt-4o", "0.1", Instant.now());
        usage.call("a", "user_1", "gpt-4o", "0.1", Instant.now());

        assertThat(ids("?externalUserId=" + URLEncoder.encode(longest, StandardCharsets.UTF_8)))
                .containsExactly("1: ", "1");
        assertThat(ledger("?externalUserId=" + "u".repeat(257)).outcome()).isEqualTo("400 invalid_parameter");
    }

    @Test
    void filtersTakeWhatTheyNameAndCountIt() {
        usage.topUp("50", "cs_1");
        usage.call("a", "user_1", "gpt-4o", "0.1", Instant.now());
        usage.call("b", "user_1", "gpt-4o", "0.1", Instant.now());
        usage.adjust("1", "goodwill");
        usage.call("a", null, "gpt-4o", "0.1", Instant.now());
        usage.toolCall("a", "0.2");
        String today = LocalDate.now(ZoneOffset.UTC).toString();

        assertThat(ids("?category=purchases")).containsExactly("2: ", "4", "1");
        assertThat(ids("?category=usage")).containsExactly("4: ", "6", "5", "3", "2");
        assertThat(ids("?kind=top_up")).containsExactly("1: ", "1");
        assertThat(ids("?kind=usage&category=purchases")).containsExactly("0: ");
        assertThat(ids("?agentId=" + usage.agent("a"))).containsExactly("3: ", "6", "5", "2");
        assertThat(ids("?externalUserId=user_1")).containsExactly("2: ", "3", "2");
        assertThat(ids("?externalUserId=user_1&agentId=" + usage.agent("b"))).containsExactly("1: ", "3");
        assertThat(ids("?agentId=" + usage.agent("a") + "&category=purchases")).containsExactly("0: ");
        assertThat(ids("?agentId=ag_of_nobody")).containsExactly("0: ");
        assertThat(ids("?from=" + today)).hasSize(7).startsWith("6: ");
        assertThat(ids("?to=" + today)).containsExactly("0: ");
        assertThat(ids("?from=2026-01-01T00:00:00%2B02:00&category=purchases")).containsExactly("2: ", "4", "1");
    }

    /** The count, then the ids in their order. */
    private List<String> ids(String query) {
        JsonNode page = ledger(query).json();
        List<String> ids = new ArrayList<>(List.of(page.path("totalCount").asString() + ": "));
        page.path("data").forEach(entry -> ids.add(entry.path("id").asString()));
        return ids;
    }

    @Test
    void aPageItsCountAndItsExportLookForATimeOnce() {
        usage.topUp("50", "cs_1");
        usage.toolCall("a", "0.2");
        List<String> asked = new ArrayList<>();
        long key = ApiSystem.shared()
                .superuser()
                .sql("SELECT organization_id FROM organization WHERE public_id = ?")
                .param(organization.id())
                .query(Long.class)
                .single();
        LedgerReader reader = new LedgerReader(new JdbcEntries(recording(asked)), key);
        Instant now = Instant.now();
        LedgerFilter filter = new LedgerFilter(null, null, null, null, now.minusSeconds(60), now.plusSeconds(60));

        assertThat(reader.page(filter, 1, 10).entries()).hasSize(2);
        assertThat(reader.count(filter)).isEqualTo(2);
        reader.export(filter, chunk -> {});

        assertThat(asked).filteredOn(sql -> sql.contains("RECURSIVE search")).hasSize(2);
    }

    /** The application's database, which notes what it is asked. */
    private static DataSource recording(List<String> asked) {
        return new DelegatingDataSource(ApiSystem.shared().app()) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                return (Connection) Proxy.newProxyInstance(
                        Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                            if (method.getName().equals("prepareStatement")) {
                                asked.add((String) args[0]);
                            }
                            return method.invoke(connection, args);
                        });
            }
        };
    }

    @Test
    void pagesByNumberFollowOneAnother() {
        usage.topUp("50", "cs_1");
        usage.calls("a", "user_1", "0.001", 25);

        for (String filter : List.of("", "&category=usage", "&agentId=" + usage.agent("a"))) {
            int total = filter.isEmpty() ? 26 : 25;
            List<String> seen = new ArrayList<>();
            for (int page = 1; page <= 4; page++) {
                JsonNode answer = ledger("?pageSize=10&page=" + page + filter).json();
                answer.path("data").forEach(entry -> seen.add(entry.path("id").asString()));
                assertThat(answer.path("totalCount").asInt()).isEqualTo(total);
                assertThat(answer.path("page").asInt()).isEqualTo(page);
            }
            assertThat(seen).hasSize(total).doesNotHaveDuplicates().startsWith("26", "25");
        }
    }

    /** By cursor nothing comes twice; by number, entries may come again but none that was there is passed over. */
    @Test
    void nothingIsMissedWhileEntriesAreAppended() {
        usage.topUp("50", "cs_1");
        usage.calls("a", null, "0.000001", 600);
        long before = ledger("?pageSize=1").json().path("totalCount").asLong();
        AtomicBoolean enough = new AtomicBoolean();
        // A few while each page is read: else the reader runs after a ledger that grows as fast as it reads.
        Semaphore pages = new Semaphore(1);
        CompletableFuture<Void> appending = CompletableFuture.runAsync(() -> {
            for (pages.acquireUninterruptibly(); !enough.get(); pages.acquireUninterruptibly()) {
                usage.calls("a", null, "0.000001", 20);
            }
        });
        try {
            List<String> byCursor = new ArrayList<>();
            String cursor = "";
            while (cursor != null) {
                pages.release();
                JsonNode page = ledger("?pageSize=30&cursor=" + cursor).json();
                page.path("data").forEach(entry -> byCursor.add(entry.path("id").asString()));
                cursor = page.path("nextCursor").isNull()
                        ? null
                        : page.path("nextCursor").asString();
            }
            List<String> byNumber = new ArrayList<>();
            JsonNode page = null;
            for (int number = 1; page == null || !page.path("data").isEmpty(); number++) {
                pages.release();
                page = ledger("?pageSize=200&page=" + number).json();
                page.path("data").forEach(entry -> byNumber.add(entry.path("id").asString()));
            }

            List<String> there = IntStream.rangeClosed(1, (int) before)
                    .mapToObj(Integer::toString)
                    .toList();
            assertThat(byCursor).doesNotHaveDuplicates().containsAll(there);
            assertThat(new HashSet<>(byNumber)).containsAll(there);
            assertThat(ledger("?pageSize=1").json().path("totalCount").asLong())
                    .as("entries were appended meanwhile")
                    .isGreaterThan(before + 20);
        } finally {
            enough.set(true);
            pages.release();
            appending.join();
        }
    }

    @Test
    void csvHasTheSameRows() {
        usage.topUp("50", "cs_1");
        usage.adjust("-1", "=HYPERLINK(\"x\"), and more");
        usage.call("a", "user_ö", "gpt-4o", "0.1", Instant.parse("2026-11-01T00:00:00Z"));

        ApiClient.Answer csv = ledger("?format=csv");

        assertThat(csv.header("Content-Type")).isEqualTo("text/csv;charset=UTF-8");
        List<String> lines = csv.body().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("id,entryKind,amountUsd,balanceAfterUsd,createdOn,occurredOn,");
        assertThat(lines.get(1))
                .startsWith("3,usage,-0.1,48.9,")
                .contains(",2026-11-01T00:00:00Z,", ",user_ö,inference,");
        assertThat(lines.get(2)).contains(",\"'=HYPERLINK(\"\"x\"\"), and more\",");
        assertThat(lines.get(3)).startsWith("1,top_up,50,50,");
        assertThat(organization
                        .owner()
                        .get(organization.path("/ai-credits/ledger?category=purchases"), "Accept", "text/csv")
                        .body()
                        .lines())
                .hasSize(3);
    }

    @Test
    void anExportGoesOnBeyondOneChunk() {
        usage.calls("a", "user_1", "0.000001", LedgerReader.CHUNK + 7);

        List<String> lines = ledger("?format=csv").body().lines().toList();

        assertThat(lines).hasSize(LedgerReader.CHUNK + 8);
        assertThat(lines.get(lines.size() - 1)).startsWith("1,usage,");
        assertThat(ledger("?format=csv&category=usage").body().lines()).hasSize(LedgerReader.CHUNK + 8);
    }

    /** Entries 1 to 5, of which 1 and 4 are no usage and stay. */
    @Test
    void whatIsArchivedIsSaidAndTheRestIsAllThere() {
        usage.topUp("50", "cs_1");
        usage.calls("a", "user_1", "1", 2);
        usage.adjust("1", "goodwill");
        usage.calls("b", null, "1", 1);
        usage.calls("a", "user_1", "1", 3);
        String before = ledger("").header("ETag");
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        archiveThroughFive();

        assertThat(ids("")).containsExactly("3: ", "8", "7", "6");
        assertThat(ids("?page=2&pageSize=2")).containsExactly("3: ", "6");
        assertThat(ids("?cursor=6")).containsExactly("3: ");
        assertThat(ids("?category=purchases")).containsExactly("2: ", "4", "1");
        assertThat(ids("?category=purchases&from=" + today)).containsExactly("2: ", "4", "1");
        assertThat(ids("?category=usage")).containsExactly("3: ", "8", "7", "6");
        assertThat(ids("?from=" + today)).containsExactly("5: ", "8", "7", "6", "4", "1");
        assertThat(ids("?from=" + today + "&pageSize=2&page=2")).containsExactly("5: ", "6", "4");
        assertThat(ids("?from=" + today + "&pageSize=2&page=3")).containsExactly("5: ", "1");
        assertThat(ids("?from=" + today + "&pageSize=2&page=4")).containsExactly("5: ");
        assertThat(walk("?from=" + today + "&pageSize=3")).containsExactly("8", "7", "6", "4", "1");
        assertThat(walk("?from=" + today + "&pageSize=2")).containsExactly("8", "7", "6", "4", "1");
        assertThat(walk("?from=" + today + "&pageSize=1")).containsExactly("8", "7", "6", "4", "1");
        assertThat(ids("?from=" + today + "&kind=top_up")).containsExactly("1: ", "1");
        assertThat(ids("?from=" + today + "&category=usage")).containsExactly("3: ", "8", "7", "6");
        assertThat(ids("?to=" + today)).containsExactly("0: ");
        assertThat(ids("?agentId=" + usage.agent("a"))).containsExactly("3: ", "8", "7", "6");
        assertThat(ids("?from=" + today + "&agentId=" + usage.agent("a"))).containsExactly("3: ", "8", "7", "6");
        assertThat(ids("?agentId=" + usage.agent("b"))).containsExactly("0: ");
        assertThat(ids("?externalUserId=user_1")).containsExactly("3: ", "8", "7", "6");
        assertThat(ledger("").json().path("archived"))
                .hasToString("{\"throughId\":\"5\",\"throughMonth\":\"2020-01\",\"balanceAfterUsd\":48}");
        assertThat(ledger("").header("ETag")).isNotEqualTo(before);
        assertThat(organization
                        .owner()
                        .get(organization.path("/ai-credits/summary"))
                        .body())
                .contains("\"balanceUsd\":45,\"purchasedUsd\":50,\"usedUsd\":6,")
                .contains("\"adjustedUsd\":1,", "\"ledgerEntryId\":\"1\"");

        String page = ApiSystem.shared()
                .browser()
                .signIn(organization.member(Role.OWNER))
                .get("/settings/" + organization.id() + "/billing?tab=usage")
                .body();
        assertThat(page).contains("Usage through 2020-01 is archived; the balance was $48.00 then.");

        ApiClient.Answer csv = ledger("?format=csv");
        assertThat(csv.header("Archived-Through")).isEqualTo("5");
        List<String> lines = csv.body().lines().toList();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(4)).isEqualTo("5,balance_brought_forward,48,48,,,archived through 2020-01,,,,,,,,,,,,,,,");
        assertThat(lines.get(4).replaceAll("[^,]", ""))
                .hasSameSizeAs(lines.get(0).replaceAll("[^,]", ""));
        assertThat(ledger("?format=csv&category=purchases").body().lines()).hasSize(3);
        assertThat(ledger("?format=csv&from=" + today).body().lines().map(line -> line.split(",", 2)[0]))
                .containsExactly("id", "8", "7", "6", "4", "1");
    }

    /** The ids of all pages, from cursor to cursor. */
    private List<String> walk(String query) {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        while (!cursor.isEmpty() || ids.isEmpty()) {
            JsonNode page = ledger(query + "&cursor=" + cursor).json();
            page.path("data").forEach(entry -> ids.add(entry.path("id").asString()));
            cursor = page.path("nextCursor").asString("");
        }
        return ids;
    }

    /** What an operator's archive does to the tables, of this organization alone: others of this database are not that old. */
    private void archiveThroughFive() {
        for (String sql : List.of("""
                        INSERT INTO ledger_closing (organization_id, month, first_seq, last_seq, opening_balance_nanos,
                            closing_balance_nanos, usage_entries, usage_nanos, closed_before, closed_at, file_sha256,
                            archived_at)
                        VALUES (?, '2020-01-01', 1, 5, 0, 48000000000, 3, -3000000000, '2020-02-01', now(), sha256('x'),
                            now())
                        """, """
                        INSERT INTO archived_spend
                        SELECT e.organization_id, '2020-01-01', e.agent_id, l.external_user_id, l.product_id,
                               l.window_start, -sum(e.amount_nanos), count(*)
                          FROM ledger_entry e
                         CROSS JOIN LATERAL (VALUES
                               (0::bigint, 0, date_trunc('month', e.occurred_at AT TIME ZONE 'UTC')::date),
                               (coalesce(e.external_user_id, -1), 0,
                                date_trunc('month', e.occurred_at AT TIME ZONE 'UTC')::date),
                               (0::bigint, e.product_id, (e.occurred_at AT TIME ZONE 'UTC')::date))
                               AS l (external_user_id, product_id, window_start)
                         WHERE e.organization_id = ? AND e.entry_seq <= 5 AND e.entry_kind = 1
                         GROUP BY e.organization_id, e.agent_id, l.external_user_id, l.product_id, l.window_start
                        """, """
                        DELETE FROM ledger_entry WHERE organization_id = ? AND entry_seq <= 5 AND entry_kind = 1
                        """)) {
            ApiSystem.shared()
                    .superuser()
                    .sql(sql)
                    .param(organization.organizationKey())
                    .update();
        }
    }

    @Test
    void whoAsksAgainIsToldThatNothingChanged() {
        usage.topUp("5", "cs_1");
        String etag = ledger("").header("ETag");
        String path = organization.path("/ai-credits/ledger");

        assertThat(organization.owner().get(path, "If-None-Match", etag).status())
                .isEqualTo(304);
        usage.calls("a", null, "0.1", 1);
        assertThat(organization.owner().get(path, "If-None-Match", etag).status())
                .isEqualTo(200);
    }

    @Test
    void anotherOrganizationsEntriesAreNotAmongThem() {
        TestOrganization other = ApiSystem.shared().organization();
        new TestUsage(other).call("x", "user_1", "gpt-4o", "1", Instant.now());
        usage.topUp("5", "cs_1");

        assertThat(ids("?agentId=" + new TestUsage(other).agent("x"))).containsExactly("0: ");
        assertThat(ids("?externalUserId=user_1")).containsExactly("0: ");
        assertThat(ids("")).containsExactly("1: ", "1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "page=0",
                "page=-1",
                "page=x",
                "page=1.5",
                "page=99999999999999999999",
                "page=9999999999",
                "pageSize=0",
                "pageSize=501",
                "pageSize=NaN",
                "cursor=x",
                "cursor=-1",
                "cursor=9999999999999999999",
                "cursor=1&page=1",
                "category=all",
                "kind=gift",
                "from=yesterday",
                "from=2026-13-01",
                "to=%2B999999999-01-01T00:00:00Z",
                "from=2026-02-02&to=2026-02-01",
                "from=-0001-01-01",
                "format=xml",
                "agentId=",
                "externalUserId=a%0Ab",
                "agentId=%27%20OR%201=1%01"
            })
    void whatIsNoQuestionIsRefused(String query) {
        assertThat(ledger("?" + query).outcome()).isEqualTo("400 invalid_parameter");
    }

    private ApiClient.Answer ledger(String query) {
        return organization.owner().get(organization.path("/ai-credits/ledger" + query));
    }
}
