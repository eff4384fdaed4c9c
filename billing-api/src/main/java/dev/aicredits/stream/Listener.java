package dev.aicredits.stream;

import dev.aicredits.stream.JdbcChanges.BalanceRow;
import dev.aicredits.stream.JdbcChanges.DecisionRow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One who listens: what they were told already, and so what is news to them. Told by one thread. */
final class Listener {

    private record Target(long agentKey, long externalUserKey) {}

    final long organizationKey;
    private final Duration life;
    private final long openedNanos = System.nanoTime();
    private final Map<Target, Long> versions = new HashMap<>();
    private long entrySeq = -1;
    private boolean begun;

    /** Null until the answer has begun. */
    private volatile @Nullable OpenStream stream;

    Listener(long organizationKey, Duration life) {
        this.organizationKey = organizationKey;
        this.life = life;
    }

    void begin(OpenStream opened) {
        stream = opened;
    }

    /** Whether they have taken all that they were sent, and may be sent more or be ended. */
    boolean isTaken() {
        OpenStream opened = stream;
        return opened != null && opened.isTaken();
    }

    /** Whether it is time for them to come again. */
    boolean isOver() {
        return System.nanoTime() - openedNanos >= life.toNanos();
    }

    void send(byte[] text) throws IOException {
        Objects.requireNonNull(stream).send(text);
    }

    void end() {
        Objects.requireNonNull(stream).end();
    }

    /**
     * What is new in how the organization stands. The first time that is the balance, each stop in force, and that these are all:
     * who comes back after a break knows as much as who stayed.
     */
    List<StreamEvent> news(BalanceRow balance, List<DecisionRow> decisions) {
        List<StreamEvent> news = new ArrayList<>();
        if (balance.entrySeq() != entrySeq) {
            entrySeq = balance.entrySeq();
            news.add(StreamEvent.Balance.of(balance));
        }
        for (DecisionRow decision : decisions) {
            Target target = new Target(decision.agentKey(), decision.externalUserKey());
            Long known = versions.put(target, decision.version());
            boolean stopped = decision.version() % 2 == 1;
            if (known == null ? stopped || begun : known != decision.version()) {
                news.add(StreamEvent.Decision.of(decision));
            }
        }
        if (!begun) {
            long inForce = decisions.stream()
                    .filter(decision -> decision.version() % 2 == 1)
                    .count();
            news.add(new StreamEvent.Begin(inForce));
        }
        begun = true;
        return news;
    }
}
