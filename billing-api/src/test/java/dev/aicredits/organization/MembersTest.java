package dev.aicredits.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.ledger.Member.Role;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Members, who may change whom, and what the audit log keeps of it. */
class MembersTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();

    private final TestOrganization organization = SYSTEM.organization();

    @Test
    void anOrganizationIsShownWithTheCallersRole() {
        ApiClient.Answer list = organization.with(Role.DEVELOPER).get("/api/v1/organizations");
        ApiClient.Answer one = organization.with(Role.DEVELOPER).get(organization.path(""));

        assertThat(list.json().get(0)).isEqualTo(one.json());
        assertThat(one.text("id")).isEqualTo(organization.id());
        assertThat(one.text("slug")).isEqualTo(organization.id().substring(4));
        assertThat(one.text("planTier")).isEqualTo("free");
        assertThat(one.text("role") + " " + one.text("roleKey")).isEqualTo("Developer developer");
        assertThat(SYSTEM.operator().get(organization.path("")).text("roleKey")).isEqualTo("operator");
    }

    @Test
    void membersAreListedWithTheirRoles() {
        JsonNode members =
                organization.owner().get(organization.path("/members")).json();

        assertThat(members.valueStream().map(member -> member.path("roleKey").asString()))
                .containsExactlyInAnyOrder("owner", "admin", "developer", "viewer");
        assertThat(members.get(0).propertyNames()).containsExactly("principalId", "displayName", "email", "roleKey");
    }

    @Test
    void aChangedRoleCountsAtTheNextRequestAndIsAudited() {
        String viewer = organization.member(Role.VIEWER);
        assertThat(SYSTEM.person(viewer).get(organization.path("/members")).outcome())
                .isEqualTo("403 forbidden");

        ApiClient.Answer changed = patch(organization.with(Role.ADMIN), viewer, "{\"roleKey\":\"admin\"}");

        assertThat(changed.text("roleKey")).isEqualTo("admin");
        assertThat(SYSTEM.person(viewer).get(organization.path("/members")).status())
                .isEqualTo(200);
        JsonNode record = audited().get(0);
        assertThat(record.path("action").asString()).isEqualTo("member_role_changed");
        assertThat(record.path("actor").asString())
                .isEqualTo("key:" + organization.key(Role.ADMIN).keyId());
        assertThat(record.path("origin").asString()).isEqualTo("127.0.0.1");
        assertThat(record.path("subject").asString()).isEqualTo(viewer);
        assertThat(record.path("before").path("roleKey").asString()).isEqualTo("viewer");
        assertThat(record.path("after").path("roleKey").asString()).isEqualTo("admin");
    }

    @Test
    void onlyAnOwnerMakesOrUnmakesAnOwner() {
        ApiClient admin = organization.with(Role.ADMIN);

        assertThat(patch(admin, organization.member(Role.VIEWER), "{\"roleKey\":\"owner\"}")
                        .outcome())
                .isEqualTo("403 owner_required");
        assertThat(patch(admin, organization.member(Role.OWNER), "{\"roleKey\":\"viewer\"}")
                        .outcome())
                .isEqualTo("403 owner_required");
        assertThat(admin.delete(memberPath(organization.member(Role.OWNER))).outcome())
                .isEqualTo("403 owner_required");
        assertThat(audited()).isEmpty();
        assertThat(patch(organization.owner(), organization.member(Role.VIEWER), "{\"role\":\"owner\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void oneOwnerStaysThoughTwoTakeEachOthersRoleAtOnce() {
        String first = organization.member(Role.OWNER);
        String second = organization.member(Role.ADMIN);
        assertThat(organization.owner().delete(memberPath(first)).outcome()).isEqualTo("409 last_owner");
        patch(organization.owner(), second, "{\"roleKey\":\"owner\"}");

        List<CompletableFuture<ApiClient.Answer>> both = Stream.of(first, second)
                .map(who -> CompletableFuture.supplyAsync(
                        () -> patch(organization.owner(), who, "{\"roleKey\":\"viewer\"}")))
                .toList();

        assertThat(both.stream().map(answer -> answer.join().outcome()))
                .containsExactlyInAnyOrder("200", "409 last_owner");
    }

    @Test
    void aRemovedMemberIsAStranger() {
        String developer = organization.member(Role.DEVELOPER);

        assertThat(organization.owner().delete(memberPath(developer)).status()).isEqualTo(204);

        assertThat(SYSTEM.person(developer).get(organization.path("")).outcome())
                .isEqualTo("404 organization_not_found");
        assertThat(organization.owner().delete(memberPath(developer)).outcome()).isEqualTo("404 member_not_found");
        assertThat(audited()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "\"owner\"",
                "{}",
                "{\"roleKey\":null}",
                "{\"roleKey\":\"operator\"}",
                "{\"roleKey\":\"OWNER\"}",
                "{\"roleKey\":1}",
                "{\"roleKey\":[\"admin\"]}",
                "{\"roleKey\":\"admin\",\"more\":1}",
                "{\"roleKey\":\"admin\",\"role\":\"viewer\"}",
                "{\"roleKey\":\"admin\",\"roleKey\":\"viewer\"}",
                "{\"roleKey\":\"admin\"} {}",
                "{\"roleKey\":\"admin\\u0000\"}",
                "{\"roleKey\":\"' OR 1=1 --\"}"
            })
    void whatIsNoChangeOfARoleChangesNothing(String body) {
        ApiClient.Answer answer = patch(organization.owner(), organization.member(Role.VIEWER), body);

        assertThat(answer.outcome()).isIn("400 malformed_body", "400 invalid_field");
        assertThat(answer.body()).doesNotContain("OR 1=1", "tools.jackson", "more");
        assertThat(audited()).isEmpty();
    }

    @Test
    void theAuditLogIsReadPageByPage() {
        for (String role : List.of("developer", "admin", "developer", "viewer", "admin")) {
            patch(organization.owner(), organization.member(Role.VIEWER), "{\"roleKey\":\"" + role + "\"}");
        }
        String path = organization.path("/audit-log?pageSize=2");
        ApiClient.Answer first = organization.owner().get(path);
        ApiClient.Answer second = organization.owner().get(path + "&cursor=" + first.text("nextCursor"));
        ApiClient.Answer third = organization.owner().get(path + "&cursor=" + second.text("nextCursor"));

        assertThat(Stream.of(first, second, third)
                        .flatMap(page -> page.json().path("data").valueStream())
                        .map(change -> change.path("after").path("roleKey").asString()))
                .containsExactly("admin", "viewer", "developer", "admin", "developer");
        assertThat(third.json().path("nextCursor").isNull()).isTrue();
        for (String wrong : List.of("pageSize=0", "pageSize=501", "pageSize=x", "cursor=x", "cursor=1_2")) {
            assertThat(organization
                            .owner()
                            .get(organization.path("/audit-log?" + wrong))
                            .outcome())
                    .isEqualTo("400 invalid_parameter");
        }
    }

    private ApiClient.Answer patch(ApiClient client, String principalId, String body) {
        return client.patch(memberPath(principalId), body);
    }

    private String memberPath(String principalId) {
        return organization.path("/members/" + principalId);
    }

    private JsonNode audited() {
        return organization
                .with(Role.ADMIN)
                .get(organization.path("/audit-log"))
                .json()
                .path("data");
    }
}
