package dev.aicredits.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentPathTest {

    private static final AgentPath PATH = new AgentPath();

    @ParameterizedTest
    @ValueSource(strings = {"ag_support", "team.agent-1", "Vertrieb: Köln", "名前"})
    void usualIdsAreTheirOwnSegment(String id) {
        assertThat(PATH.of(id)).isEqualTo(id);
        assertThat(PATH.read(id)).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "team/agent", "a;b=c", "50%", "a\\b", "~plain", "<script>x</script>", "a?b#c"})
    void whatWouldSayAnotherThingInAPathComesBackAsItWas(String id) {
        assertThat(PATH.of(id)).matches("~[A-Za-z0-9_-]+");
        assertThat(PATH.read(PATH.of(id))).isEqualTo(id);
    }

    @Test
    void aSegmentThatNobodyMakesIsNoAgents() {
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> PATH.read("~no base64url!"));
    }
}
