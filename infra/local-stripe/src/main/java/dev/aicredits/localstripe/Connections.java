package dev.aicredits.localstripe;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connections of clients, to hold them up and to break them. */
final class Connections {
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable ResettingProtocol protocol;

    void use(ResettingProtocol tomcat) {
        protocol = tomcat;
    }

    /** Answers nothing for this long, or until the server stops. */
    void hold(Duration time) {
        try {
            closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the connection from this port of a client with a TCP reset. */
    void reset(int remotePort) {
        ResettingProtocol tomcat = protocol;
        if (tomcat != null) {
            tomcat.reset(remotePort);
        }
    }

    /** Lets go of those that are held. */
    void release() {
        closed.countDown();
    }
}
