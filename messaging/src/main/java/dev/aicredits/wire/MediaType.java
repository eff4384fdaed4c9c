package dev.aicredits.wire;

import java.util.Locale;

/** Answers what a content type says about the content; parameters and case aside. */
final class MediaType {

    /** One CloudEvent in JSON. */
    static final String STRUCTURED = "application/cloudevents+json";

    public static final String BATCHED = "application/cloudevents-batch+json";
    static final String JSON = "application/json";
    private static final String JSON_SUFFIX = "+json";

    private MediaType() {}

    /** Whether it is one CloudEvent in JSON. */
    static boolean isStructured(String contentType) {
        return startsWith(contentType, STRUCTURED);
    }

    /** Whether it is a list of CloudEvents in JSON. */
    static boolean isBatched(String contentType) {
        return startsWith(contentType, BATCHED);
    }

    /** Whether it is JSON, by name or by suffix ({@code application/vnd.usage+json}). */
    static boolean isJson(String contentType) {
        int parameters = contentType.indexOf(';');
        String type = (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
        return type.equals(JSON) || hasJsonSuffix(type, type.indexOf('/'));
    }

    private static boolean hasJsonSuffix(String type, int slash) {
        return slash > 0 && type.endsWith(JSON_SUFFIX) && type.length() > slash + 1 + JSON_SUFFIX.length();
    }

    private static boolean startsWith(String contentType, String prefix) {
        // Nearly always it is the very text.
        return contentType.equals(prefix) || contentType.regionMatches(true, 0, prefix, 0, prefix.length());
    }
}
