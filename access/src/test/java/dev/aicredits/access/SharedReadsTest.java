package dev.aicredits.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedReadsTest {

    private static final int ASKING = 40;

    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicLong truth = new AtomicLong();
    private final ExecutorService clients = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        clients.shutdownNow();
    }

    @Test
    void whoAsksWhileAReadIsUnderWaySharesTheNextAndNotThatOne() throws Exception {
        Semaphore begun = new Semaphore(0);
        Semaphore go = new Semaphore(0);
        SharedReads<String, Long> shared = new SharedReads<>(key -> {
            long value = truth.get();
            reads.incrementAndGet();
            begun.release();
            go.acquireUninterruptibly();
            return value;
        });
        CompletableFuture<Long> first = CompletableFuture.supplyAsync(() -> shared.get("key"), clients);
        begun.acquire();
        truth.set(1);
        List<CompletableFuture<Long>> later = new ArrayList<>();
        for (int i = 0; i < ASKING; i++) {
            later.add(CompletableFuture.supplyAsync(() -> shared.get("key"), clients));
        }

        go.release(1 + ASKING);

        assertThat(first.join()).isZero();
        assertThat(later).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(1));
    }

    @Test
    void nobodyGetsAnAnswerFromBeforeTheyAsked() {
        SharedReads<String, Long> shared = new SharedReads<>(key -> {
            reads.incrementAndGet();
            return truth.get();
        });
        List<CompletableFuture<Void>> asking = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asking.add(CompletableFuture.runAsync(
                    () -> {
                        for (int turn = 0; turn < 2_000; turn++) {
                            long before = truth.incrementAndGet();
                            assertThat(shared.get("key")).isGreaterThanOrEqualTo(before);
                        }
                    },
                    clients));
        }
        asking.forEach(CompletableFuture::join);

        assertThat(reads.get()).isBetween(1, 16_000);
    }

    @Test
    void aReadThatFailsFailsThoseWhoShareItAndNobodyAfter() {
        SharedReads<String, Long> shared = new SharedReads<>(key -> {
            if (reads.incrementAndGet() == 1) {
                throw new IllegalStateException("no answer");
            }
            return 7L;
        });

        assertThatThrownBy(() -> shared.get("key")).isInstanceOf(IllegalStateException.class);
        assertThat(shared.get("key")).isEqualTo(7);
    }

    @Test
    void keysDoNotWaitForEachOther() throws Exception {
        Semaphore begun = new Semaphore(0);
        Semaphore go = new Semaphore(0);
        SharedReads<String, String> shared = new SharedReads<>(key -> {
            if (key.equals("slow")) {
                begun.release();
                go.acquireUninterruptibly();
            }
            return key;
        });
        CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> shared.get("slow"), clients);
        begun.acquire();

        assertThat(shared.get("quick")).isEqualTo("quick");
        go.release();
        assertThat(slow.join()).isEqualTo("slow");
    }
}
