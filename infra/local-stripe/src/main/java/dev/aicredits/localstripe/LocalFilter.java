package dev.aicredits.localstripe;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * Keeps other sites off the pages and controls, which ask for no key: a browser that reached us under another name, or that
 * posts another site's form, is refused.
 */
final class LocalFilter implements Filter {
    private static final Pattern HOST = Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1])(:[0-9]+)?");

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        HttpServletResponse answer = (HttpServletResponse) response;
        answer.setHeader("X-Content-Type-Options", "nosniff");
        if (!http.getRequestURI().startsWith("/v1/") && isForeign(http)) {
            answer.sendError(HttpServletResponse.SC_FORBIDDEN, "Only pages of this server may do this");
            return;
        }
        chain.doFilter(request, response);
    }

    private static boolean isForeign(HttpServletRequest request) {
        String host = request.getHeader("Host");
        if (host == null || !HOST.matcher(host).matches()) {
            return true;
        }
        String origin = request.getHeader("Origin");
        return origin != null && !origin.equals("http://" + host);
    }
}
