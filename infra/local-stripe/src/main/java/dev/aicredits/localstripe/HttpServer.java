package dev.aicredits.localstripe;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Tomcat and Spring MVC on loopback, in a context of their own that takes nothing from the application around it. */
final class HttpServer implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final ServletWebServerApplicationContext context;

    private HttpServer(ServletWebServerApplicationContext context) {
        this.context = context;
    }

    static HttpServer start(int port, Connections connections, Object... controllers) {
        ServletWebServerApplicationContext context = new ServletWebServerApplicationContext();
        context.registerBean(TomcatServletWebServerFactory.class, () -> tomcat(port, connections));
        context.registerBean(LocalFilter.class);
        context.registerBean(DispatcherServlet.class);
        context.registerBean(RequestMappingHandlerMapping.class);
        context.registerBean(RequestMappingHandlerAdapter.class);
        List.of(controllers).forEach(controller -> register(context, controller));
        context.refresh();
        return new HttpServer(context);
    }

    @SuppressWarnings("unchecked")
    private static void register(ServletWebServerApplicationContext context, Object controller) {
        context.registerBean((Class<Object>) controller.getClass(), () -> controller);
    }

    private static TomcatServletWebServerFactory tomcat(int port, Connections connections) {
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(port);
        factory.setAddress(LOOPBACK);
        factory.setProtocol(ResettingProtocol.class.getName());
        factory.addConnectorCustomizers(connector -> {
            // Stripe's clients send expand[0] and created[gte] with their brackets as they are.
            connector.setProperty("relaxedQueryChars", "[]");
            connections.use((ResettingProtocol) connector.getProtocolHandler());
        });
        return factory;
    }

    int port() {
        return Objects.requireNonNull(context.getWebServer()).getPort();
    }

    String baseUrl() {
        return "http://" + LOOPBACK.getHostAddress() + ":" + port();
    }

    @Override
    public void close() {
        context.close();
    }
}
