package dev.aicredits.reconcile;

import java.util.List;

/**
 * What we have: the orders, of credits and of plans, that the period is about, and the ledger's entries that name what Stripe has, whenever they
 * were booked, and those that occurred in the period.
 */
record OurSide(List<OrderLine> orders, List<EntryLine> entries, List<PlanLine> plans) {}
