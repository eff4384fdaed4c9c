package dev.aicredits.localstripe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** Tomcat's HTTP, which can also reset a client's connection. */
public final class ResettingProtocol extends Http11NioProtocol {
    /** Tomcat makes it by its name. */
    public ResettingProtocol() {}

    /** Ends the connection from this port of the client with a TCP reset. */
    void reset(int remotePort) {
        for (SocketWrapperBase<?> connection : getEndpoint().getConnections()) {
            if (connection.getRemotePort() == remotePort && connection instanceof NioSocketWrapper wrapper) {
                reset(wrapper);
            }
        }
    }

    private static void reset(NioSocketWrapper wrapper) {
        SocketChannel channel = wrapper.getSocket().getIOChannel();
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
            // Only when the selector lets go of the channel is the connection closed, and it may sleep for a second.
            wrapper.getPoller().getSelector().wakeup();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
