package dev.aicredits.stripe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param next what to ask the next page with; null on the last
 */
public record StripePage<T>(List<T> items, @Nullable String next) {}
