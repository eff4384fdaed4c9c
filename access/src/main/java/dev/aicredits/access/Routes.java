package dev.aicredits.access;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** All routes with the grant that each requires. One without a grant, or without its organization, keeps us from starting. */
public final class Routes implements SmartInitializingSingleton {

    private static final String OURS = "dev.aicredits.";

    /** One way to call us. */
    public record Route(String method, String path, Grant grant) {}

    private final RequestMappingHandlerMapping mapping;

    public Routes(RequestMappingHandlerMapping mapping) {
        this.mapping = mapping;
    }

    @Override
    public void afterSingletonsInstantiated() {
        all();
    }

    /** All of them, by path and method. */
    public List<Route> all() {
        List<Route> routes = new ArrayList<>();
        mapping.getHandlerMethods().forEach((info, method) -> {
            if (isOurs(method.getBeanType())) {
                routes.addAll(routes(info, method));
            }
        });
        routes.sort(Comparator.comparing(Route::path).thenComparing(Route::method));
        return List.copyOf(routes);
    }

    private static List<Route> routes(RequestMappingInfo info, HandlerMethod method) {
        Grant grant = grant(method);
        Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
        if (methods.isEmpty()) {
            throw new IllegalStateException(method + " names no HTTP method");
        }
        return info.getPatternValues().stream()
                .flatMap(path -> methods.stream().map(verb -> new Route(verb.name(), checked(path, grant), grant)))
                .toList();
    }

    private static String checked(String path, Grant grant) {
        boolean named = path.contains("{" + AccessInterceptor.ORGANIZATION + "}")
                || path.contains("{" + AccessInterceptor.AGENT + "}");
        if (grant.isOfOrganization() && !named) {
            throw new IllegalStateException(path + " requires " + grant + " and names no organization or agent");
        }
        return path;
    }

    static boolean isOurs(Class<?> controller) {
        return controller.getName().startsWith(OURS) && !ErrorController.class.isAssignableFrom(controller);
    }

    static Grant grant(HandlerMethod method) {
        Requires requires = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), Requires.class);
        if (requires == null) {
            throw new IllegalStateException(method + " does not say what it requires");
        }
        return requires.value();
    }
}
