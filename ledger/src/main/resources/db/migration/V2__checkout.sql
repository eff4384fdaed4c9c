-- Top-ups through Stripe Checkout: what we asked for, what Stripe last said of it, and what was booked of it.
--
-- The truth about a payment is at Stripe; these rows are our half of the agreement (what was ordered) and the last thing
-- we saw. A row changes in the transaction that books its ledger entry. Amounts of Stripe are whole cents, as it counts.
-- Keys start with organization_id; the reference tables here are checkout_reference, stripe_event and scheduled_tasks.

-- One order of credits. It is there, committed, before Stripe hears of it: its order_id is what Stripe's session carries
-- as client_reference_id, and Stripe's idempotency key comes from it, so no crash leaves a session without an order.
-- States only move up: created, open, processing (paid by a delayed method, not settled), then expired or failed, review,
-- credited. What was read from Stripe a moment too early can therefore not take anything back.
CREATE TABLE checkout_session (
    organization_id   bigint NOT NULL REFERENCES organization,
    order_id          uuid NOT NULL,
    state             text NOT NULL
                      CHECK (state IN ('created', 'open', 'processing', 'expired', 'failed', 'review', 'credited')),
    reason            text,        -- why it failed, or why it is held for review; a closed list in code
    amount_cents      bigint NOT NULL CHECK (amount_cents > 0),
    currency          text NOT NULL CHECK (currency = 'usd'),
    livemode          boolean NOT NULL,
    idempotency_key   text,        -- the client's, if it sent one
    request_sha256    bytea NOT NULL CHECK (length(request_sha256) = 32),
    success_url       text NOT NULL,
    cancel_url        text NOT NULL,
    stripe_session_id text,
    session_url       text,        -- where the customer pays; null if we first heard of the session when it was over
    expires_at        timestamptz,
    payment_intent_id text,
    paid_at           timestamptz, -- when we first saw it paid
    entry_seq         bigint,      -- the top-up in the ledger
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    checked_at        timestamptz, -- when Stripe was last asked by the sweep
    PRIMARY KEY (organization_id, order_id),
    UNIQUE (organization_id, idempotency_key),
    UNIQUE (organization_id, stripe_session_id),
    CONSTRAINT checkout_session_shape CHECK (
        (state = 'credited') = (entry_seq IS NOT NULL)
        AND (state IN ('review', 'failed')) = (reason IS NOT NULL)
        AND (state IN ('created', 'failed') OR stripe_session_id IS NOT NULL)
        AND (stripe_session_id IS NOT NULL OR session_url IS NULL)
        AND (stripe_session_id IS NULL) = (expires_at IS NULL)
        AND (state <> 'credited' OR paid_at IS NOT NULL))
) WITH (fillfactor = 70);

-- What the sweep asks for, the longest unasked first; and what waits for a person.
CREATE INDEX checkout_session_unsettled ON checkout_session (checked_at NULLS FIRST, created_at)
    WHERE state IN ('created', 'open', 'processing');
CREATE INDEX checkout_session_in_review ON checkout_session (paid_at) WHERE state = 'review';

-- Whose a thing of Stripe's is: our order id (client_reference_id), a session's id, a payment intent's id. Written once.
CREATE TABLE checkout_reference (
    reference       text PRIMARY KEY CHECK (reference <> ''),
    organization_id bigint NOT NULL,
    order_id        uuid NOT NULL
);

-- A refund as last seen. booked_nanos is what the ledger holds of it: minus its amount, or 0 once it failed.
CREATE TABLE checkout_refund (
    organization_id bigint NOT NULL,
    refund_id       text NOT NULL,
    order_id        uuid NOT NULL,
    status          text NOT NULL,
    amount_cents    bigint NOT NULL CHECK (amount_cents > 0),
    booked_nanos    bigint NOT NULL CHECK (booked_nanos <= 0),
    refunded_at     timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, refund_id),
    FOREIGN KEY (organization_id, order_id) REFERENCES checkout_session
);
CREATE INDEX checkout_refund_of_order ON checkout_refund (organization_id, order_id);

-- A dispute as last seen. booked_nanos is what the ledger holds of it, withdrawn (negative) and reinstated together; each
-- movement of money is an entry of its own, whose dedupe key is the balance transaction's id.
CREATE TABLE checkout_dispute (
    organization_id bigint NOT NULL,
    dispute_id      text NOT NULL,
    order_id        uuid NOT NULL,
    status          text NOT NULL,
    amount_cents    bigint NOT NULL CHECK (amount_cents >= 0),
    booked_nanos    bigint NOT NULL,
    disputed_at     timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, dispute_id),
    FOREIGN KEY (organization_id, order_id) REFERENCES checkout_session
);
CREATE INDEX checkout_dispute_of_order ON checkout_dispute (organization_id, order_id);

-- The events that were acted on, so that a repeated one and one that Stripe lists as undelivered cost no more calls.
-- What acting on an event does is safe to repeat anyway: nothing but calls is lost with a row. Kept 40 days; Stripe lists 30.
CREATE TABLE stripe_event (
    event_id         text PRIMARY KEY,
    event_type       text NOT NULL,
    event_created_at timestamptz NOT NULL,
    outcome          text NOT NULL,
    handled_at       timestamptz NOT NULL
);
CREATE INDEX stripe_event_age ON stripe_event (handled_at);

-- The invoices of an organization that is invoiced, as last seen. No ledger entry comes of them.
CREATE TABLE invoice_status (
    organization_id  bigint NOT NULL REFERENCES organization,
    invoice_id       text NOT NULL,
    status           text NOT NULL,
    currency         text NOT NULL,
    amount_due_cents bigint NOT NULL,
    amount_paid_cents bigint NOT NULL,
    due_at           timestamptz,
    invoiced_at      timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (organization_id, invoice_id)
);

-- Who changed what by hand: repairs, releases from review. Append-only.
CREATE TABLE audit_log (
    organization_id bigint NOT NULL REFERENCES organization,
    audit_id        uuid NOT NULL,
    actor           text NOT NULL CHECK (actor <> ''),
    action          text NOT NULL CHECK (action <> ''),
    subject         text NOT NULL CHECK (subject <> ''), -- the order, refund, dispute or entry it was done to
    reason          text NOT NULL CHECK (reason <> ''),
    state_before    jsonb NOT NULL,
    state_after     jsonb NOT NULL,
    happened_at     timestamptz NOT NULL,
    PRIMARY KEY (organization_id, audit_id)
);

-- Of db-scheduler, in the form that its release asks for: the sweeps, which run once across instances.
CREATE TABLE scheduled_tasks (
    task_name            text NOT NULL,
    task_instance        text NOT NULL,
    task_data            bytea,
    execution_time       timestamptz NOT NULL,
    picked               boolean NOT NULL,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures integer,
    last_heartbeat       timestamptz,
    version              bigint NOT NULL,
    priority             smallint,
    PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_execution_time ON scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_last_heartbeat ON scheduled_tasks (last_heartbeat);

-- For people and tools. The URL is left out: it is for whoever pays.
CREATE VIEW checkout_statement AS
SELECT o.public_id AS organization_id, s.order_id, s.stripe_session_id AS session_id, s.state, s.reason,
       s.amount_cents, s.amount_cents * 0.01 AS amount_usd, s.currency, s.livemode, s.payment_intent_id, s.entry_seq,
       coalesce(r.booked_nanos, 0) AS refunded_nanos, coalesce(d.booked_nanos, 0) AS disputed_nanos,
       s.created_at, s.expires_at, s.paid_at, s.updated_at, s.checked_at
  FROM checkout_session s
  JOIN organization o USING (organization_id)
  LEFT JOIN (SELECT organization_id, order_id, sum(booked_nanos) AS booked_nanos
               FROM checkout_refund GROUP BY organization_id, order_id) r USING (organization_id, order_id)
  LEFT JOIN (SELECT organization_id, order_id, sum(booked_nanos) AS booked_nanos
               FROM checkout_dispute GROUP BY organization_id, order_id) d USING (organization_id, order_id);

CREATE VIEW refund_statement AS
SELECT o.public_id AS organization_id, r.refund_id, s.stripe_session_id AS session_id, r.status, r.amount_cents,
       r.booked_nanos, r.refunded_at, r.updated_at
  FROM checkout_refund r
  JOIN organization o USING (organization_id)
  JOIN checkout_session s USING (organization_id, order_id);

CREATE VIEW dispute_statement AS
SELECT o.public_id AS organization_id, d.dispute_id, s.stripe_session_id AS session_id, d.status, d.amount_cents,
       d.booked_nanos, d.disputed_at, d.updated_at
  FROM checkout_dispute d
  JOIN organization o USING (organization_id)
  JOIN checkout_session s USING (organization_id, order_id);

CREATE VIEW invoice_statement AS
SELECT o.public_id AS organization_id, i.invoice_id, i.status, i.currency, i.amount_due_cents, i.amount_paid_cents,
       i.due_at, i.invoiced_at, i.updated_at
  FROM invoice_status i
  JOIN organization o USING (organization_id);

CREATE VIEW audit_statement AS
SELECT o.public_id AS organization_id, a.audit_id, a.actor, a.action, a.subject, a.reason, a.state_before,
       a.state_after, a.happened_at
  FROM audit_log a
  JOIN organization o USING (organization_id);

GRANT SELECT ON checkout_session, checkout_reference, checkout_refund, checkout_dispute, stripe_event, invoice_status,
                audit_log, scheduled_tasks, checkout_statement, refund_statement, dispute_statement, invoice_statement,
                audit_statement TO aicredits_app;
GRANT INSERT ON checkout_session, checkout_reference, checkout_refund, checkout_dispute, audit_log TO aicredits_app;
-- What was ordered, and whose it is, is not among what may change.
GRANT UPDATE (state, reason, stripe_session_id, session_url, expires_at, payment_intent_id, paid_at, entry_seq, updated_at,
              checked_at) ON checkout_session TO aicredits_app;
GRANT UPDATE (status, booked_nanos, updated_at) ON checkout_refund, checkout_dispute TO aicredits_app;
GRANT INSERT, UPDATE ON invoice_status TO aicredits_app;
GRANT INSERT, DELETE ON stripe_event TO aicredits_app;
GRANT UPDATE (outcome, handled_at) ON stripe_event TO aicredits_app;
GRANT INSERT, UPDATE, DELETE ON scheduled_tasks TO aicredits_app;

GRANT SELECT ON checkout_statement, refund_statement, dispute_statement, invoice_statement, audit_statement
             TO aicredits_reader;
