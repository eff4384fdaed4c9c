-- Daily totals have how many units were counted too: one event may stand for many calls of tools, and of a plan's included calls
-- each one counts.
--
-- Reading and booking go on. Nobody adds to the totals until this is done, and who is adding is waited for; it gives up after
-- five seconds, and can be repeated.
SET LOCAL lock_timeout = '5s';
LOCK TABLE daily_total_progress IN SHARE MODE;

-- What was added before, of the days that a plan's month still asks for. Found first, as nobody can read the totals from the moment on
-- at which they are altered.
CREATE TABLE added_quantity AS
SELECT e.organization_id, e.agent_id, e.product_id, (e.occurred_at AT TIME ZONE 'UTC')::date AS day,
       sum(e.quantity) AS quantity
  FROM daily_total_progress p
  JOIN ledger_entry e ON e.organization_id = p.organization_id AND e.entry_seq <= p.entry_seq
 WHERE e.entry_kind = 1 AND e.quantity IS NOT NULL
   AND e.occurred_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
   AND p.organization_id IN (
       SELECT s.organization_id FROM agent_daily_total s JOIN product c USING (product_id)
        WHERE c.usage_kind <> 'inference' AND s.day >= date_trunc('month', now() AT TIME ZONE 'UTC')::date)
 GROUP BY e.organization_id, e.agent_id, e.product_id, day;

-- In the unit of the product; 0 where tokens are counted.
ALTER TABLE agent_daily_total ADD COLUMN quantity bigint NOT NULL DEFAULT 0;

UPDATE agent_daily_total s
   SET quantity = a.quantity
  FROM added_quantity a
 WHERE s.organization_id = a.organization_id AND s.agent_id = a.agent_id AND s.product_id = a.product_id
   AND s.day = a.day;

DROP TABLE added_quantity;

-- The version before may run beside this one, and does not know of quantities. Without a default what it adds is refused as a
-- whole, so the entries wait for this version, and whoever reads finds them in the ledger meanwhile.
ALTER TABLE agent_daily_total ALTER COLUMN quantity DROP DEFAULT;

CREATE OR REPLACE VIEW agent_daily_spend_part AS
SELECT organization_id, agent_id, day, product_id, spent_nanos, entry_count, quantity
  FROM agent_daily_total
 UNION ALL
SELECT b.organization_id, e.agent_id, e.day, e.product_id, e.spent_nanos, 1, e.quantity
  FROM organization_balance b
  LEFT JOIN daily_total_progress p ON p.organization_id = b.organization_id
 CROSS JOIN LATERAL (
       SELECT agent_id, (occurred_at AT TIME ZONE 'UTC')::date AS day, product_id, -amount_nanos AS spent_nanos,
              coalesce(quantity, 0)::bigint AS quantity
         FROM ledger_entry
        WHERE organization_id = b.organization_id AND entry_seq > coalesce(p.entry_seq, 0)
          AND entry_seq <= b.entry_seq AND entry_kind = 1
       OFFSET 0) e;

CREATE OR REPLACE VIEW agent_daily_spend AS
SELECT organization_id, agent_id, day, product_id, sum(spent_nanos)::bigint AS spent_nanos,
       sum(entry_count)::bigint AS entry_count, sum(quantity)::bigint AS quantity
  FROM agent_daily_spend_part
 GROUP BY organization_id, agent_id, day, product_id;
