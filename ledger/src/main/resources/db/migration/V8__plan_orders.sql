-- Plans of hosting bought through Stripe Checkout: what we asked for, and what Stripe last said of the subscription that came of it.
-- As with credits, the truth about a payment is at Stripe. A row changes in the transaction that moves the plan in force.

-- One order of a plan. It is there, committed, before Stripe hears of it, and names itself in Stripe's session and subscription.
-- active: the plan was put in force, and the subscription pays for it; ended: it pays no more, and the organization was put back on
-- the free plan unless it had another by then. What is at odds with the order waits for a person in review.
CREATE TABLE plan_order (
    organization_id     bigint NOT NULL REFERENCES organization,
    order_id            uuid NOT NULL,
    plan_key            text NOT NULL REFERENCES hosting_plan,
    plan_name           text NOT NULL,  -- as the customer was shown it
    amount_cents        bigint NOT NULL CHECK (amount_cents > 0), -- a month
    currency            text NOT NULL CHECK (currency = 'usd'),
    livemode            boolean NOT NULL,
    idempotency_key     text,           -- the client's, if it sent one
    success_url         text NOT NULL,
    cancel_url          text NOT NULL,
    state               text NOT NULL CHECK (state IN
                        ('created', 'open', 'processing', 'expired', 'failed', 'review', 'active', 'ended')),
    reason              text,           -- why it failed, or why it is held for review; a closed list in code
    stripe_session_id   text,
    session_url         text,
    expires_at          timestamptz,
    subscription_id     text,
    subscription_status text,           -- in Stripe's words, as last seen
    paid_until          timestamptz,    -- the end of the period, as last seen
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    checked_at          timestamptz,    -- when Stripe was last asked by the sweep
    PRIMARY KEY (organization_id, order_id),
    UNIQUE (organization_id, idempotency_key),
    UNIQUE (organization_id, stripe_session_id),
    CONSTRAINT plan_order_shape CHECK (
        (state IN ('review', 'failed')) = (reason IS NOT NULL)
        AND (state IN ('created', 'failed') OR stripe_session_id IS NOT NULL)
        AND (stripe_session_id IS NULL) = (expires_at IS NULL)
        AND (state NOT IN ('active', 'ended') OR subscription_id IS NOT NULL))
) WITH (fillfactor = 70);

-- What the sweep asks for, the longest unasked first.
CREATE INDEX plan_order_unsettled ON plan_order (checked_at NULLS FIRST, created_at)
    WHERE state IN ('created', 'open', 'processing', 'active');

CREATE VIEW plan_order_statement AS
SELECT o.public_id AS organization_id, p.order_id, p.plan_key, p.amount_cents, p.currency, p.state, p.reason,
       p.stripe_session_id, p.subscription_id, p.subscription_status, p.paid_until, p.created_at, p.updated_at
  FROM plan_order p
  JOIN organization o USING (organization_id);

GRANT SELECT ON plan_order, plan_order_statement TO aicredits_app;
GRANT INSERT ON plan_order TO aicredits_app;
-- What was ordered, and whose it is, is not among what may change.
GRANT UPDATE (state, reason, stripe_session_id, session_url, expires_at, subscription_id, subscription_status, paid_until,
              updated_at, checked_at) ON plan_order TO aicredits_app;
GRANT SELECT ON plan_order_statement TO aicredits_reader;
