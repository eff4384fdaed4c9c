package dev.aicredits.reconcile;

import java.util.List;

/** What was repaired, and what the period looks like afterwards. */
public record Repaired(List<Repair> repairs, Report after) {}
