package dev.aicredits.localstripe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** Tomcat's HTTP, which can also reset a client's connection. */
public final class ResettingProtocol extends Http11NioProtocol {
    /** Tomcat makes it by its name. */
    public ResettingProtocol() {}

    /** Ends the connection from this port of the client with a TCP reset. */
    void reset(int remotePort) {
        for (SocketWrapperBase<?> connection : getEndpoint().getConnections()) {
            if (connection.getRemotePort() == remotePort && connection.getSocket() instanceof NioChannel channel) {
                reset(channel.getIOChannel());
            }
        }
    }

    private static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
