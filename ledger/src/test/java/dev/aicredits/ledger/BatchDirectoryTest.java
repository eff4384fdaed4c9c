package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.BatchDirectory.Agent;
import dev.aicredits.ledger.BatchDirectory.ExternalUser;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageKind;
import org.junit.jupiter.api.Test;

class BatchDirectoryTest {

    private final BatchDirectory named = new BatchDirectory();

    @Test
    void anAgentIsOneWhereverItComesAndAnotherInAnotherOrganization() {
        Agent agent = agent("org_1", "ag");

        assertThat(agent("org_1", "ag")).isSameAs(agent);
        assertThat(agent("org_2", "ag")).isNotSameAs(agent);
        assertThat(named.organizations())
                .extracting(organization -> organization.publicId)
                .containsExactly("org_1", "org_2");
        assertThat(named.agents()).hasSize(2);
    }

    @Test
    void aUserOfTwoAgentsHasASpendWithEach() {
        Agent one = agent("org", "ag_1");
        Agent two = agent("org", "ag_2");
        ExternalUser ofOne = BatchDirectory.externalUser(one, "user");
        ExternalUser ofTwo = BatchDirectory.externalUser(two, "user");

        assertThat(BatchDirectory.externalUser(one, "user")).isSameAs(ofOne);
        assertThat(named.spend(one, ofOne, 30)).isNotSameAs(named.spend(two, ofTwo, 30));
    }

    @Test
    void everyMonthIsASlotOfItsOwnAndSlotsOfASortCountFromZero() {
        Agent one = agent("org", "ag_1");
        Agent two = agent("org", "ag_2");

        SpendSlot march = named.spend(one, 30);
        SpendSlot april = named.spend(one, 60);
        SpendSlot ofTwo = named.spend(two, 30);
        SpendSlot ofUser = named.spend(two, BatchDirectory.externalUser(two, "user"), 30);

        assertThat(named.spend(one, 30)).isSameAs(march);
        assertThat(new int[] {march.index, april.index, ofTwo.index}).containsExactly(0, 1, 2);
        assertThat(ofUser.index).isZero();
    }

    @Test
    void productsThatDifferInOnePartAreTwo() {
        Counted call = new Counted(UsageKind.TOOL_CALL, "call", 1);

        assertThat(named.product(new Counted(UsageKind.TOOL_CALL, "call", 7))).isSameAs(named.product(call));
        assertThat(named.product(new Counted(UsageKind.HOSTED_SERVER, "call", 1)))
                .isNotSameAs(named.product(call));
        assertThat(named.product(new Counted(UsageKind.TOOL_CALL, "second", 1))).isNotSameAs(named.product(call));
        assertThat(named.product(new Inference("a", "m", 1, 0, 0, 0)))
                .isNotSameAs(named.product(new Inference("b", "m", 1, 0, 0, 0)))
                .isNotSameAs(named.product(new Inference("a", "n", 1, 0, 0, 0)))
                .isSameAs(named.product(new Inference("a", "m", 9, 8, 0, 7)));
    }

    private Agent agent(String organization, String agent) {
        return named.agent(UsageSample.of(organization, agent).event());
    }
}
