package dev.aicredits.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback interface. */
public final class Ports {
    /** The only address that broker and database listen on. */
    public static final String LOOPBACK = "127.0.0.1";

    private static final byte[] LOOPBACK_BYTES = {127, 0, 0, 1};

    /**
     * Below the kernel's ephemeral range (from 32768 on Linux). A port in that range may become the source port of any
     * outgoing connection, even of a client that keeps trying to reach the server that is about to come back on it.
     */
    private static final int FREE_PORT_MIN = 20_000;

    private static final int FREE_PORT_MAX = 32_000;
    private static final int FREE_PORT_ATTEMPTS = 200;

    private Ports() {}

    /** A port that nobody listens on now. Another process may still take it first. */
    public static int free() {
        for (int attempt = 0; attempt < FREE_PORT_ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FREE_PORT_MIN, FREE_PORT_MAX);
            if (isFree(port)) {
                return port;
            }
        }
        throw new StartupFailure("no free port between " + FREE_PORT_MIN + " and " + FREE_PORT_MAX);
    }

    /**
     * Checks before anything is started.
     *
     * @param portOption what the caller calls the port's option, such as {@code --port}
     * @throws StartupFailure if somebody listens on {@code port}
     */
    public static void requireFree(int port, String portOption) {
        if (!isFree(port)) {
            throw StartupFailure.portInUse(port, portOption);
        }
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // Connections of a server that just stopped linger in TIME_WAIT; they don't occupy the port.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK_BYTES), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
