package dev.aicredits.stream;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one who listens. What is sent goes out as fast as its client takes it, and no thread waits for that: what does not
 * go out at once does so when the container says that it can. A client that takes nothing at all is cut off by the container, after
 * {@code server.tomcat.connection-timeout}.
 */
final class OpenStream implements WriteListener, AsyncListener {

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Runnable gone;

    /** Sent, and not yet handed to the container. */
    private final AtomicReference<byte @Nullable []> waiting = new AtomicReference<>();

    /** How often somebody wanted to write since somebody does: the container's threads and ours never do so at once. */
    private final AtomicInteger turns = new AtomicInteger();

    /** Of whoever has the turn. */
    private boolean isFlushed = true;

    /** Whether all that was sent is out; not before the container has begun. */
    private volatile boolean isTaken;

    private OpenStream(AsyncContext context, ServletOutputStream out, Runnable gone) {
        this.context = context;
        this.out = out;
        this.gone = gone;
    }

    /**
     * Begins to stream the answer of a request.
     *
     * @param gone is run when it ended, for whatever reason; perhaps more than once
     */
    static OpenStream of(AsyncContext context, Runnable gone) throws IOException {
        OpenStream stream = new OpenStream(context, context.getResponse().getOutputStream(), gone);
        // How long it lives is not the container's to say.
        context.setTimeout(0);
        context.addListener(stream);
        stream.out.setWriteListener(stream);
        return stream;
    }

    /** Whether its client has taken all that was sent, as far as the network has. */
    boolean isTaken() {
        return isTaken;
    }

    /** Sends a text; only while all before is taken. */
    void send(byte[] text) throws IOException {
        isTaken = false;
        waiting.set(text);
        write();
    }

    /** Ends it; only while all is taken, or the thread that does so would wait for the client. */
    void end() {
        isTaken = false;
        try {
            context.complete();
        } catch (IllegalStateException e) {
            // It has ended by itself.
            gone.run();
        }
    }

    private void write() throws IOException {
        if (turns.getAndIncrement() > 0) {
            return;
        }
        int seen;
        do {
            seen = turns.get();
            writeWhatFits();
        } while (turns.addAndGet(-seen) > 0);
    }

    /** Once the container is not ready it promises to call {@link #onWritePossible}. */
    private void writeWhatFits() throws IOException {
        while (out.isReady()) {
            byte[] text = waiting.getAndSet(null);
            if (text != null) {
                isFlushed = false;
                out.write(text);
            } else if (!isFlushed) {
                isFlushed = true;
                out.flush();
            } else {
                isTaken = true;
                return;
            }
        }
    }

    @Override
    public void onWritePossible() throws IOException {
        write();
    }

    @Override
    public void onError(Throwable failure) {
        // It is told as an error of the request as well.
    }

    /** Without an end here the container would answer with a page for errors, though nobody is there to read it. */
    @Override
    public void onError(AsyncEvent event) {
        end();
        gone.run();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        gone.run();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        gone.run();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nobody starts it again.
    }
}
