package dev.aicredits.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private static final String ERASE_LINE = "\r\u001b[K";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void theStatusIsRewrittenBelowTheLines() {
        Terminal terminal = terminal(true);
        terminal.status("one");
        terminal.status("two");
        terminal.line("a line");
        assertThat(printed()).isEqualTo(ERASE_LINE + "one" + ERASE_LINE + "two" + ERASE_LINE + "a line\ntwo");
    }

    @Test
    void aFileOrAPipeGetsTheLinesAlone() {
        Terminal terminal = terminal(false);
        terminal.status("one");
        terminal.line("a line");
        terminal.status("");
        assertThat(printed()).isEqualTo("a line\n");
    }

    @Test
    void aStatusIsCutBeforeItWouldWrap() {
        terminal(true).status("0123456789");
        assertThat(printed()).isEqualTo(ERASE_LINE + "0123456");
    }

    private Terminal terminal(boolean interactive) {
        return new Terminal(new PrintStream(out, true, UTF_8), interactive, 8);
    }

    private String printed() {
        return out.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }
}
