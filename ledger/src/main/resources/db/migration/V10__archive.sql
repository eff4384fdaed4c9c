-- Months that left the ledger for files.
--
-- Usage entries of a closed month, older than any event that is still accepted, are written to a file and removed; the other
-- entries (one in thousands: purchases, refunds, disputes, corrections) are in the file too and stay. Only the owner of the schema
-- removes: the application may no more than read here.

-- One month of one organization: a stretch of its sequence, and where its balance stood before and after. From when it is written,
-- usage that occurred before closed_before is not booked any more; the entries leave in the transaction that sets archived_at.
CREATE TABLE ledger_closing (
    organization_id       bigint NOT NULL REFERENCES organization,
    month                 date NOT NULL CHECK (extract(day FROM month) = 1),
    first_seq             bigint NOT NULL CHECK (first_seq > 0),
    last_seq              bigint NOT NULL,
    opening_balance_nanos bigint NOT NULL,
    closing_balance_nanos bigint NOT NULL,
    usage_entries         bigint NOT NULL CHECK (usage_entries >= 0), -- of the stretch; these leave
    usage_nanos           bigint NOT NULL CHECK (usage_nanos <= 0),   -- their sum, as in the ledger
    closed_before         timestamptz NOT NULL,
    closed_at             timestamptz NOT NULL,
    file_sha256           bytea CHECK (length(file_sha256) = 32),
    archived_at           timestamptz,
    PRIMARY KEY (organization_id, month),
    UNIQUE (organization_id, last_seq),
    CHECK (last_seq >= first_seq AND usage_entries <= last_seq - first_seq + 1),
    CHECK ((archived_at IS NULL) = (file_sha256 IS NULL))
);

-- What the entries that left are of the totals, which keep them: of an agent's month (external_user_id 0, product_id 0), its
-- anonymous calls' part (-1, 0), an external user's month (its id, 0), and an agent's day of a product (0, the product).
CREATE TABLE archived_spend (
    organization_id  bigint NOT NULL,
    month            date NOT NULL,
    agent_id         bigint NOT NULL,
    external_user_id bigint NOT NULL,
    product_id       integer NOT NULL,
    window_start     date NOT NULL,
    spent_nanos      bigint NOT NULL,
    entry_count      bigint NOT NULL,
    PRIMARY KEY (organization_id, month, agent_id, external_user_id, product_id, window_start),
    FOREIGN KEY (organization_id, month) REFERENCES ledger_closing
);

-- For people and tools.
CREATE VIEW ledger_closing_statement AS
SELECT o.public_id AS organization_id, c.month, c.first_seq, c.last_seq, c.opening_balance_nanos, c.closing_balance_nanos,
       c.usage_entries, c.usage_nanos, c.closed_before, c.closed_at, encode(c.file_sha256, 'hex') AS file_sha256, c.archived_at
  FROM ledger_closing c
  JOIN organization o USING (organization_id);

-- As before, and what left the ledger was revenue.
CREATE OR REPLACE VIEW trial_balance AS
SELECT 'customer_credits' AS account, coalesce(sum(balance_nanos::numeric), 0) AS balance_nanos
  FROM organization_balance
UNION ALL
SELECT c.account, coalesce(-sum(e.amount_nanos::numeric), 0)
  FROM (SELECT DISTINCT counter_account AS account FROM entry_kind) c
  LEFT JOIN entry_kind k ON k.counter_account = c.account
  LEFT JOIN (SELECT entry_kind, amount_nanos FROM ledger_entry
              UNION ALL
             SELECT 1::smallint, usage_nanos FROM ledger_closing WHERE archived_at IS NOT NULL) e
    ON e.entry_kind = k.entry_kind
 GROUP BY c.account;

GRANT SELECT ON ledger_closing, archived_spend, ledger_closing_statement TO aicredits_app;
GRANT SELECT ON ledger_closing_statement TO aicredits_reader;
