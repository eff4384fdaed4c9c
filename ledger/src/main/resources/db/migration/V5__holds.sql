-- Holds: amounts reserved for runs that have not happened yet.
--
-- Every change to an organization's holds is made under the lock of its own row in `held` (agent_id 0), which is the
-- narrowest there is: each hold counts against the organization's credits. It is not the balance's row, so booking usage
-- and reserving do not wait for each other; usage that names a hold takes the lock last, just before it commits.

-- One reservation. What usage events that name it have cost is in captured_nanos, at most the whole of it; the rest is
-- held until the hold ends. A hold past its end holds nothing, whether or not anything has marked it.
CREATE TABLE hold (
    organization_id  bigint NOT NULL,
    hold_id          uuid NOT NULL,              -- the client's, or made of its idempotency key, or ours
    agent_id         bigint NOT NULL,
    external_user_id bigint,                     -- null for an anonymous run
    amount_nanos     bigint NOT NULL CHECK (amount_nanos > 0),
    captured_nanos   bigint NOT NULL CHECK (captured_nanos BETWEEN 0 AND amount_nanos),
    state            text NOT NULL CHECK (state IN ('open', 'captured', 'released', 'expired')),
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    ended_at         timestamptz,
    ended_by         uuid,                       -- stands for the call that ended it, so that its retry is told apart
    PRIMARY KEY (organization_id, hold_id),
    CONSTRAINT hold_shape CHECK (
        expires_at > created_at
        AND (state = 'open') = (ended_at IS NULL)
        AND (ended_by IS NULL OR state IN ('captured', 'released')))
) WITH (fillfactor = 70);

CREATE INDEX hold_open ON hold (organization_id, expires_at) WHERE state = 'open';

-- What open holds hold of each budget layer: the organization's (agent_id 0), an agent's (external_user_id 0), its
-- anonymous runs' (-1) and an external user's. Moved with the holds, in one transaction; the audit adds them up again.
CREATE TABLE held (
    organization_id  bigint NOT NULL,
    agent_id         bigint NOT NULL,
    external_user_id bigint NOT NULL,
    held_nanos       bigint NOT NULL CHECK (held_nanos >= 0),
    hold_count       bigint NOT NULL CHECK (hold_count >= 0),
    PRIMARY KEY (organization_id, agent_id, external_user_id)
) WITH (fillfactor = 50);

CREATE VIEW hold_statement AS
SELECT o.public_id AS organization_id, h.hold_id, a.public_id AS agent_id, u.public_id AS external_user_id,
       h.amount_nanos, h.amount_nanos * 0.000000001 AS amount_usd, h.captured_nanos, h.state, h.created_at,
       h.expires_at, h.ended_at
  FROM hold h
  JOIN organization o ON o.organization_id = h.organization_id
  JOIN agent a ON a.organization_id = h.organization_id AND a.agent_id = h.agent_id
  LEFT JOIN external_user u ON u.organization_id = h.organization_id AND u.external_user_id = h.external_user_id;

GRANT SELECT ON hold, held, hold_statement TO aicredits_app;
GRANT INSERT ON hold, held TO aicredits_app;
-- Whose a hold is and how much it reserved is not among what may change.
GRANT UPDATE (captured_nanos, state, ended_at, ended_by) ON hold TO aicredits_app;
GRANT UPDATE (held_nanos, hold_count) ON held TO aicredits_app;
GRANT SELECT ON hold_statement TO aicredits_reader;
