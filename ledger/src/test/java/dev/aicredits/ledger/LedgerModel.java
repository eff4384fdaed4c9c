package dev.aicredits.ledger;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.ledger.BookingOutcome.UnknownOrganization;
import dev.aicredits.ledger.BookingOutcome.WrongOrganization;
import java.math.BigInteger;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** The ledger's rules in plain collections, one event after the other: what {@link JdbcLedger} must agree with. */
final class LedgerModel {

    private static final BigInteger BALANCE_MAX =
            BigInteger.valueOf(4_000_000_000L).multiply(BigInteger.TEN.pow(9));

    /** An organization's entries, by key, and its balance. */
    private static final class Account {
        final Map<UUID, Entry> byKey = new HashMap<>();
        BigInteger balance = BigInteger.ZERO;
        long entries;
    }

    private record Entry(long seq, List<Object> facts) {}

    private final Map<String, Account> accounts = new HashMap<>();
    private final Map<String, String> agentOwners = new HashMap<>();
    private final Set<String> refusedInBatch = new HashSet<>();

    /** By {@code organization agent month} and, for external users, {@code organization agent user month}. */
    final Map<String, Long> spends = new TreeMap<>();

    void open(String organization) {
        accounts.put(organization, new Account());
    }

    /** From here to the next call is one batch, in which a repeat shares the fate of the refusal it repeats. */
    void beginBatch() {
        refusedInBatch.clear();
    }

    BookingOutcome book(UsageSample usage, long costNanos) {
        Account account = accounts.get(usage.organization());
        if (account == null) {
            return new UnknownOrganization();
        }
        if (!agentOwners
                .computeIfAbsent(usage.agent(), agent -> usage.organization())
                .equals(usage.organization())) {
            return new WrongOrganization();
        }
        if (refusedInBatch.contains(usage.organization() + usage.key())) {
            return new OutOfRange();
        }
        List<Object> facts = List.of(usage.agent(), "user " + usage.user(), usage.consumption());
        BookingOutcome outcome = book(account, usage.key(), facts, BigInteger.valueOf(-costNanos));
        if (outcome instanceof OutOfRange) {
            refusedInBatch.add(usage.organization() + usage.key());
        }
        if (outcome instanceof Booked) {
            String month = usage.at().atOffset(ZoneOffset.UTC).toString().substring(0, 7);
            String agent = usage.organization() + " " + usage.agent();
            spends.merge(agent + " " + month, costNanos, Long::sum);
            spends.merge(agent + " " + usage.user() + " " + month, costNanos, Long::sum);
        }
        return outcome;
    }

    BookingOutcome book(NewEntry entry) {
        Account account = accounts.get(entry.organizationId());
        if (account == null) {
            return new UnknownOrganization();
        }
        List<Object> facts = List.of(entry.kind(), entry.amount(), "session " + entry.checkoutSessionId());
        return book(
                account,
                entry.dedupeKey(),
                facts,
                BigInteger.valueOf(entry.amount().nanos()));
    }

    private static BookingOutcome book(Account account, UUID key, List<Object> facts, BigInteger amount) {
        Entry present = account.byKey.get(key);
        if (present != null) {
            return present.facts().equals(facts) ? new Duplicate(present.seq()) : new Conflict(present.seq());
        }
        BigInteger after = account.balance.add(amount);
        if (after.abs().compareTo(BALANCE_MAX) > 0) {
            return new OutOfRange();
        }
        account.balance = after;
        account.byKey.put(key, new Entry(++account.entries, facts));
        return new Booked(account.entries, after.longValueExact());
    }

    long balance(String organization) {
        return accounts.get(organization).balance.longValueExact();
    }

    long entries(String organization) {
        return accounts.get(organization).entries;
    }
}
