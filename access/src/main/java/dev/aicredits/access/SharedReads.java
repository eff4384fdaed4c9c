package dev.aicredits.access;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets those who ask for the same thing at the same time share one answer. It is no cache: everybody's answer was read after
 * they asked, so that what has changed by then is in it. Who asks while a read is under way waits for the next one.
 */
final class SharedReads<K, V> {

    /** A read that is under way, and the one after it, which has not begun. */
    private record Turns<V>(
            CompletableFuture<V> running, @Nullable CompletableFuture<V> next) {}

    private final Function<K, V> read;
    private final Map<K, Turns<V>> turns = new ConcurrentHashMap<>();

    SharedReads(Function<K, V> read) {
        this.read = read;
    }

    /** What {@code read} gives for the key, or throws. */
    V get(K key) {
        CompletableFuture<V> mine = new CompletableFuture<>();
        Turns<V> joined = turns.merge(
                key,
                new Turns<>(mine, null),
                (there, first) -> there.next() == null ? new Turns<>(there.running(), mine) : there);
        if (joined.running() == mine) {
            return lead(key, mine);
        }
        if (joined.next() == mine) {
            // Whatever becomes of the read before: it began before we asked.
            joined.running().exceptionally(failed -> null).join();
            return lead(key, mine);
        }
        return answer(joined.next());
    }

    private V lead(K key, CompletableFuture<V> mine) {
        V value;
        try {
            value = read.apply(key);
        } catch (RuntimeException | Error e) {
            passOn(key);
            mine.completeExceptionally(e);
            throw e;
        }
        passOn(key);
        mine.complete(value);
        return value;
    }

    /** The next read is the one under way, before it begins: who asks from now on is too late for it. */
    private void passOn(K key) {
        turns.computeIfPresent(key, (same, there) -> there.next() == null ? null : new Turns<>(there.next(), null));
    }

    private static <V> V answer(@Nullable CompletableFuture<V> turn) {
        if (turn == null) {
            throw new IllegalStateException("nobody reads");
        }
        try {
            return turn.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
