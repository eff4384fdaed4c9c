package dev.aicredits.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class RecentTextsTest {

    private final RecentTexts texts = new RecentTexts();

    @Test
    void aTextThatComesAgainIsTheSameObject() {
        assertThat(of("org_acme")).isEqualTo("org_acme").isSameAs(of("org_acme"));
    }

    @Test
    void textsOfOneHashAreNotTakenForEachOther() {
        assertThat("Aa").hasSameHashCodeAs("BB");

        assertThat(of("Aa")).isEqualTo("Aa");
        assertThat(of("BB")).isEqualTo("BB");
        assertThat(of("Aa")).isEqualTo("Aa");
        assertThat(of("AaAa")).isEqualTo("AaAa");
        assertThat(of("BBBB")).isEqualTo("BBBB");
    }

    @Test
    void onlyTheCharactersThatAreMeantCount() {
        char[] text = "xxag_1yy".toCharArray();

        assertThat(texts.of(text, 2, 4)).isEqualTo("ag_1");
        assertThat(texts.of(text, 2, 5)).isEqualTo("ag_1y");
        assertThat(texts.of(text, 2, 0)).isEmpty();
    }

    @Test
    void aLongTextIsReadAsItIs() {
        for (int length : new int[] {64, 65, 1_000}) {
            String text = "é".repeat(length);

            assertThat(of(text)).isEqualTo(text);
        }
    }

    @Test
    void manyThreadsReadEachTheirOwnTexts() throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Boolean>> done = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            Random random = new Random(seed + thread);
            Callable<Boolean> reads = () -> {
                for (int i = 0; i < 100_000; i++) {
                    // More texts than slots, so that threads write over each other's.
                    String text = "user_" + random.nextInt(100_000);
                    assertThat(of(text)).as("seed %d", seed).isEqualTo(text);
                }
                return true;
            };
            done.add(threads.submit(reads));
        }
        threads.shutdown();
        for (Future<Boolean> reads : done) {
            assertThat(reads.get()).isTrue();
        }
    }

    private String of(String text) {
        return texts.of(text.toCharArray(), 0, text.length());
    }
}
