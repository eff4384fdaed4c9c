package dev.aicredits.enforcer;

import dev.aicredits.control.Target;
import java.util.List;
import java.util.Map;

/**
 * What a look at targets came to.
 *
 * @param due those about which there is something to do, in the order of their keys
 * @param margins how far each of the others may move before there is; whoever is exhausted, and was told so, has none
 */
record Look(List<Finding> due, Map<Target, Margin> margins) {}
