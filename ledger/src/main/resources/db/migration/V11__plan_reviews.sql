-- Since when an order of a plan is paid, and what a person took in place of what was ordered, as orders of credits have it.
ALTER TABLE plan_order
    ADD COLUMN paid_at        timestamptz,                          -- when we first saw it paid; no check asks for it, as a worker of the version before writes none
    ADD COLUMN accepted_cents bigint CHECK (accepted_cents >= 0);   -- paid first, where that is not amount_cents

UPDATE plan_order SET paid_at = updated_at WHERE state IN ('review', 'active', 'ended');

-- What waits for a person, the longest waiting first.
CREATE INDEX plan_order_in_review ON plan_order (paid_at) WHERE state = 'review';

-- What the sweep asks for: also what was refused, until its subscription is over.
DROP INDEX plan_order_unsettled;
CREATE INDEX plan_order_unsettled ON plan_order (checked_at NULLS FIRST, created_at)
    WHERE state IN ('created', 'open', 'processing', 'active')
       OR (state = 'failed' AND reason = 'refused_in_review' AND subscription_id IS NOT NULL
           AND subscription_status NOT IN ('canceled', 'incomplete_expired'));

CREATE OR REPLACE VIEW plan_order_statement AS
SELECT o.public_id AS organization_id, p.order_id, p.plan_key, p.amount_cents, p.currency, p.state, p.reason,
       p.stripe_session_id, p.subscription_id, p.subscription_status, p.paid_until, p.created_at, p.updated_at, p.paid_at,
       p.accepted_cents
  FROM plan_order p
  JOIN organization o USING (organization_id);

GRANT UPDATE (paid_at, accepted_cents) ON plan_order TO aicredits_app;
