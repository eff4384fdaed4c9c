package dev.aicredits.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.budget.BudgetLayer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetTest {

    @Test
    void differentTargetsHaveDifferentKeysWhateverTheirIds() {
        List<Target> targets = List.of(
                Target.organization("o"),
                Target.organization("o/agents/a"),
                Target.organization("o%2Fagents%2Fa"),
                Target.agent("o", "a"),
                Target.agent("o", "a/anonymous"),
                Target.anonymous("o", "a"),
                Target.agent("o", "a/users/u"),
                Target.externalUser("o", "a", "u"),
                Target.externalUser("o", "a", "u%"));

        assertThat(targets.stream().map(Target::key))
                .doesNotHaveDuplicates()
                .contains("o", "o/agents/a", "o/agents/a/anonymous", "o/agents/a/users/u", "o/agents/a/users/u%25");
    }

    @Test
    void idsThatDoNotFitTheLayerAreRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Target("o", BudgetLayer.AGENT, null, null));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Target("o", BudgetLayer.ORGANIZATION_CREDITS, "a", null));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Target("o", BudgetLayer.ANONYMOUS, "a", "u"));
    }
}
