-- Daily totals leave the booking's transaction: nearly each event of a batch moves a row of its own there. They are now raised
-- from the entries, a few seconds later and many entries at once, and whoever reads adds the entries since.
--
-- Services of the version before may go on booking and reading meanwhile. First this waits for their open transactions and keeps
-- new ones waiting: what is committed before has raised the totals, and what comes after finds a view in the table's place. Bookings
-- must not wait behind it for a reader that takes long, such as a dump: it gives up after five seconds, and can be repeated.
SET LOCAL lock_timeout = '5s';
ALTER TABLE agent_daily_spend RENAME TO agent_daily_total;
ALTER TABLE agent_daily_total RENAME CONSTRAINT agent_daily_spend_pkey TO agent_daily_total_pkey;

-- Up to which entry an organization's usage is in agent_daily_total; one that is not here has none there. Moved in the
-- transaction that raises the totals, and under its lock.
CREATE TABLE daily_total_progress (
    organization_id bigint PRIMARY KEY,
    entry_seq       bigint NOT NULL CHECK (entry_seq >= 0)
) WITH (fillfactor = 50);

INSERT INTO daily_total_progress (organization_id, entry_seq)
SELECT organization_id, entry_seq FROM organization_balance;

-- What adds up to daily spends, exact at any time: the totals, and the entries that are not in them, each a line. For sums over
-- agents. OFFSET 0 keeps the entries a look-up by key: of a join the planner would think that it reads a ninth of the ledger.
CREATE VIEW agent_daily_spend_part AS
SELECT organization_id, agent_id, day, product_id, spent_nanos, entry_count
  FROM agent_daily_total
 UNION ALL
SELECT b.organization_id, e.agent_id, e.day, e.product_id, e.spent_nanos, 1
  FROM organization_balance b
  LEFT JOIN daily_total_progress p ON p.organization_id = b.organization_id
 CROSS JOIN LATERAL (
       SELECT agent_id, (occurred_at AT TIME ZONE 'UTC')::date AS day, product_id, -amount_nanos AS spent_nanos
         FROM ledger_entry
        WHERE organization_id = b.organization_id AND entry_seq > coalesce(p.entry_seq, 0)
          AND entry_seq <= b.entry_seq AND entry_kind = 1
       OFFSET 0) e;

-- What an agent spent of a product on a UTC day of occurred_at, as the table was.
CREATE VIEW agent_daily_spend AS
SELECT organization_id, agent_id, day, product_id, sum(spent_nanos)::bigint AS spent_nanos,
       sum(entry_count)::bigint AS entry_count
  FROM agent_daily_spend_part
 GROUP BY organization_id, agent_id, day, product_id;

-- The version before raises the totals itself, in each booking. That does nothing now: its entries are counted like all others.
-- A version later these go.
CREATE RULE agent_daily_spend_update AS ON UPDATE TO agent_daily_spend DO INSTEAD NOTHING;
CREATE RULE agent_daily_spend_insert AS ON INSERT TO agent_daily_spend DO INSTEAD NOTHING;

CREATE OR REPLACE VIEW agent_daily_spend_statement AS
SELECT o.public_id AS organization_id, a.public_id AS agent_id, s.day, p.usage_kind, nullif(p.provider, '') AS provider,
       nullif(p.model, '') AS model, p.unit, s.spent_nanos, s.spent_nanos * 0.000000001 AS spent_usd, s.entry_count
  FROM agent_daily_spend s
  JOIN organization o ON o.organization_id = s.organization_id
  JOIN agent a ON a.organization_id = s.organization_id AND a.agent_id = s.agent_id
  JOIN product p ON p.product_id = s.product_id;

-- The table keeps what the application may do to it.
GRANT SELECT, INSERT, UPDATE ON daily_total_progress, agent_daily_spend TO aicredits_app;
GRANT SELECT ON agent_daily_spend_part TO aicredits_app;
GRANT SELECT ON agent_daily_spend, agent_daily_spend_part TO aicredits_reader;
