package dev.aicredits.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says.
 *
 * @param base the API's URL, up to {@code /api/v1}
 * @param key proves who calls; printed nowhere
 * @param organization the one that commands are about; null for the caller's first
 */
record Settings(URI base, String key, @Nullable String organization) {

    static final String URL = "MCPSTACK_API_URL";
    static final String KEY = "MCPSTACK_API_KEY";
    static final String ORGANIZATION = "MCPSTACK_ORG_ID";

    private static final String VERSION_PATH = "/api/v1";
    private static final int PORT_MAX = 65_535;

    static Settings of(Map<String, String> environment) {
        String url = environment.getOrDefault(URL, "").strip();
        if (url.isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE, URL + " is not set; it is the API's URL, such as https://api.example.com");
        }
        String key = environment.getOrDefault(KEY, "").strip();
        if (key.isEmpty()) {
            throw new Failure(ExitCode.UNAUTHENTICATED, KEY + " is not set");
        }
        if (!key.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new Failure(ExitCode.UNAUTHENTICATED, KEY + " is no key: it has characters that no key has");
        }
        String organization = environment.getOrDefault(ORGANIZATION, "").strip();
        return new Settings(base(url), key, organization.isEmpty() ? null : organization);
    }

    /** Without secrets: it has no user. */
    private static URI base(String url) {
        try {
            URI uri = new URI(url);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            boolean plain = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
            if (http && plain && uri.getHost() != null && uri.getPort() != 0 && uri.getPort() <= PORT_MAX) {
                String whole = url.replaceFirst("/+$", "");
                return new URI(whole.endsWith(VERSION_PATH) ? whole : whole + VERSION_PATH);
            }
        } catch (URISyntaxException e) {
            // Said below, without the text: who mixes up the variables would see a key.
        }
        throw new Failure(ExitCode.USAGE, URL + " is no URL such as https://api.example.com");
    }

    /** Without the key. */
    @Override
    public String toString() {
        return base.toString();
    }
}
