package dev.aicredits.access;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Hands controllers what {@link AccessInterceptor} found out: {@link Access} or {@link SignedIn}. */
final class AccessParameters implements HandlerMethodArgumentResolver {

    private static final Set<Class<?>> TYPES = Set.of(Access.class, SignedIn.class);

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return TYPES.contains(parameter.getParameterType());
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        String name = parameter.getParameterType().getName();
        return Objects.requireNonNull(request.getAttribute(name, RequestAttributes.SCOPE_REQUEST), name);
    }
}
