-- What people decide about money that is held, and reports that do not read the whole ledger.

-- The entries that are not usage: one in thousands. Reports over all organizations ask for a period's, and for those of a
-- payment, a refund or a dispute, whenever they were booked. Usage is in neither index: it pays for a look at its kind.
CREATE INDEX ledger_entry_not_usage_by_time ON ledger_entry (occurred_at) WHERE entry_kind <> 1;
CREATE INDEX ledger_entry_of_stripe ON ledger_entry ((coalesce(refund_id, dispute_id, checkout_session_id)))
    WHERE entry_kind <> 1;

-- An order in review ends in one of two ways. A person releases it: the session and the amount that they looked at are
-- kept, and what is paid in just these is credited. Or a person refuses it: it is never credited.
ALTER TABLE checkout_session
    ADD COLUMN released_session_id text,
    ADD COLUMN released_cents bigint CHECK (released_cents > 0),
    DROP CONSTRAINT checkout_session_state_check,
    DROP CONSTRAINT checkout_session_shape,
    ADD CONSTRAINT checkout_session_state_check CHECK (
        state IN ('created', 'open', 'processing', 'expired', 'failed', 'review', 'refused', 'credited')),
    ADD CONSTRAINT checkout_session_shape CHECK (
        (state = 'credited') = (entry_seq IS NOT NULL)
        AND (state IN ('review', 'failed', 'refused')) = (reason IS NOT NULL)
        AND (state IN ('created', 'failed') OR stripe_session_id IS NOT NULL)
        AND (stripe_session_id IS NOT NULL OR session_url IS NULL)
        AND (stripe_session_id IS NULL) = (expires_at IS NULL)
        AND (state <> 'credited' OR paid_at IS NOT NULL)
        AND (released_session_id IS NULL) = (released_cents IS NULL)
        AND (released_cents IS NULL OR state IN ('review', 'credited')));

CREATE OR REPLACE VIEW checkout_statement AS
SELECT o.public_id AS organization_id, s.order_id, s.stripe_session_id AS session_id, s.state, s.reason,
       s.amount_cents, s.amount_cents * 0.01 AS amount_usd, s.currency, s.livemode, s.payment_intent_id, s.entry_seq,
       coalesce(r.booked_nanos, 0) AS refunded_nanos, coalesce(d.booked_nanos, 0) AS disputed_nanos,
       s.created_at, s.expires_at, s.paid_at, s.updated_at, s.checked_at, s.released_session_id, s.released_cents
  FROM checkout_session s
  JOIN organization o USING (organization_id)
  LEFT JOIN (SELECT organization_id, order_id, sum(booked_nanos) AS booked_nanos
               FROM checkout_refund GROUP BY organization_id, order_id) r USING (organization_id, order_id)
  LEFT JOIN (SELECT organization_id, order_id, sum(booked_nanos) AS booked_nanos
               FROM checkout_dispute GROUP BY organization_id, order_id) d USING (organization_id, order_id);

GRANT UPDATE (released_session_id, released_cents) ON checkout_session TO aicredits_app;
