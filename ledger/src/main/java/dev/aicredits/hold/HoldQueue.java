package dev.aicredits.hold;

import dev.aicredits.hold.HoldAnswer.Busy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.QueryTimeoutException;

/**
 * Commits the commands of many callers together. Commands about one organization wait for its lock anyway; those that come
 * while a transaction is under way are carried out by the next one, so that a commit is shared by all who wait for it, and
 * nobody waits for others to come.
 *
 * <p>A lane is a thread and a queue; an organization's commands always take the same one.
 */
final class HoldQueue implements AutoCloseable {

    /** The most commands in one transaction. */
    static final int BATCH_MAX = 256;

    /** The most commands that wait in one lane; what comes on top is turned away. */
    static final int WAITING_MAX = 4_096;

    private static final int ATTEMPTS_MAX = 5;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    /** Carries commands about one organization out, all or none. */
    interface Transaction {
        List<HoldAnswer> execute(long organization, List<HoldCommand> commands);
    }

    private record Waiting(long organization, HoldCommand command, CompletableFuture<HoldAnswer> answer) {}

    private final class Lane implements Runnable {
        final BlockingQueue<Waiting> waiting;
        final Thread thread;

        Lane(int number, int waitingMax) {
            waiting = new ArrayBlockingQueue<>(waitingMax);
            thread = new Thread(this, "holds-" + number);
            thread.setDaemon(true);
        }

        @Override
        public void run() {
            List<Waiting> batch = new ArrayList<>();
            try {
                while (true) {
                    batch.add(waiting.take());
                    waiting.drainTo(batch, BATCH_MAX - 1);
                    byOrganization(batch).forEach(HoldQueue.this::answerAll);
                    batch.clear();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final Transaction transaction;
    private final List<Lane> lanes = new ArrayList<>();

    HoldQueue(Transaction transaction, int laneCount, int waitingMax) {
        this.transaction = transaction;
        for (int number = 0; number < laneCount; number++) {
            lanes.add(new Lane(number, waitingMax));
        }
        lanes.forEach(lane -> lane.thread.start());
    }

    /**
     * Has the command carried out and answers what became of it.
     *
     * @throws QueryTimeoutException if it took too long: it may or may not be carried out yet
     */
    HoldAnswer submit(long organization, HoldCommand command) {
        Lane lane = lanes.get(Math.floorMod(Long.hashCode(organization), lanes.size()));
        Waiting waiting = new Waiting(organization, command, new CompletableFuture<>());
        if (!lane.waiting.offer(waiting)) {
            return new Busy();
        }
        try {
            return waiting.answer().get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new QueryTimeoutException("a hold's transaction takes too long", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryTimeoutException("interrupted while a hold's transaction is under way", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** How many commands wait for their transaction. */
    int waiting() {
        return lanes.stream().mapToInt(lane -> lane.waiting.size()).sum();
    }

    /** Lets what is under way end; whoever still waits learns that it takes too long. */
    @Override
    public void close() {
        lanes.forEach(lane -> lane.thread.interrupt());
        try {
            for (Lane lane : lanes) {
                lane.thread.join(STOP_TIMEOUT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<Long, List<Waiting>> byOrganization(List<Waiting> batch) {
        Map<Long, List<Waiting>> byOrganization = new LinkedHashMap<>();
        for (Waiting waiting : batch) {
            byOrganization
                    .computeIfAbsent(waiting.organization(), absent -> new ArrayList<>())
                    .add(waiting);
        }
        return byOrganization;
    }

    /** Answers all of them, whatever happens: a thread that ended would end the lane. */
    private void answerAll(long organization, List<Waiting> batch) {
        try {
            List<HoldAnswer> answers =
                    execute(organization, batch.stream().map(Waiting::command).toList());
            for (int i = 0; i < answers.size(); i++) {
                batch.get(i).answer().complete(answers.get(i));
            }
        } catch (RuntimeException | Error e) {
            if (batch.size() == 1) {
                batch.get(0).answer().completeExceptionally(e);
                return;
            }
            // One may have spoilt it for all.
            batch.forEach(waiting -> answerAll(organization, List.of(waiting)));
        }
    }

    private List<HoldAnswer> execute(long organization, List<HoldCommand> commands) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transaction.execute(organization, commands);
            } catch (ConcurrencyFailureException e) {
                if (attempt == ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }
}
