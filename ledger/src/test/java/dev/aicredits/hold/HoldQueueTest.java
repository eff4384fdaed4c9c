package dev.aicredits.hold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.hold.HoldAnswer.Busy;
import dev.aicredits.hold.HoldAnswer.NotFound;
import dev.aicredits.hold.HoldCommand.End;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataIntegrityViolationException;

class HoldQueueTest {

    private static final int WAITING_MAX = 60;
    private static final UUID SPOILT = new UUID(0, 0);

    private final CountDownLatch open = new CountDownLatch(1);
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final AtomicInteger clashes = new AtomicInteger();
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final HoldQueue queue = new HoldQueue(this::execute, 1, WAITING_MAX);

    /** Waits until the test opens it; refuses the spoilt one, and with it all others of its transaction. */
    private List<HoldAnswer> execute(long organization, List<HoldCommand> commands) {
        batches.add(commands.size());
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (clashes.getAndDecrement() > 0) {
            throw new CannotAcquireLockException("a clash");
        }
        if (commands.stream().anyMatch(command -> command.holdId().equals(SPOILT))) {
            throw new DataIntegrityViolationException("spoilt");
        }
        return commands.stream().<HoldAnswer>map(command -> new NotFound()).toList();
    }

    @AfterEach
    void close() {
        open.countDown();
        queue.close();
        clients.shutdown();
    }

    @Test
    void whatComesDuringATransactionSharesTheNext() {
        List<CompletableFuture<HoldAnswer>> answers = submit(1);
        Awaitility.await().until(() -> batches.size() == 1);
        answers.addAll(submit(40));
        Awaitility.await().until(() -> queue.waiting() == 40);

        open.countDown();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(new NotFound()));
        assertThat(batches).containsExactly(1, 40);
    }

    @Test
    void oneThatCannotBeDoneSpoilsItForNobodyElse() {
        List<CompletableFuture<HoldAnswer>> answers = submit(1);
        Awaitility.await().until(() -> batches.size() == 1);
        CompletableFuture<HoldAnswer> spoilt = submit(SPOILT);
        answers.addAll(submit(5));
        Awaitility.await().until(() -> queue.waiting() == 6);

        open.countDown();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(new NotFound()));
        assertThatThrownBy(spoilt::join).hasCauseInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    void aClashIsRepeated() {
        clashes.set(3);
        open.countDown();

        assertThat(submit(1).get(0).join()).isEqualTo(new NotFound());
        assertThat(batches).hasSize(4);
    }

    @Test
    void whoComesOnTopOfAFullQueueIsTurnedAway() {
        List<CompletableFuture<HoldAnswer>> answers = submit(1);
        Awaitility.await().until(() -> batches.size() == 1);
        answers.addAll(submit(WAITING_MAX));
        Awaitility.await().until(() -> queue.waiting() == WAITING_MAX);

        assertThat(submit(1).get(0).join()).isEqualTo(new Busy());

        open.countDown();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(new NotFound()));
    }

    private List<CompletableFuture<HoldAnswer>> submit(int count) {
        List<CompletableFuture<HoldAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(submit(UUID.randomUUID()));
        }
        return answers;
    }

    private CompletableFuture<HoldAnswer> submit(UUID hold) {
        return CompletableFuture.supplyAsync(() -> queue.submit(7, new End(hold, HoldState.RELEASED, null)), clients);
    }
}
