-- Budgets in force: what changed, who is stopped, and what became of it.
--
-- A target is whom a layer limits: an organization (by its credits), an agent, an external user of an agent, or an
-- agent's anonymous calls. Its key is (organization_id, agent_id, external_user_id), with agent_id 0 for the organization
-- itself, external_user_id 0 for all of the agent and -1 for its anonymous calls; ids of agents and users are positive.

-- Counts the changes of an organization's budgets; raised in the transaction that makes one. Who enforces them compares
-- it with the count that they decided by, so a change is found without reading the budgets, a removed one included, and
-- whatever the order in which transactions commit: an organization's changes wait for each other at this row.
CREATE TABLE budget_revision (
    organization_id bigint PRIMARY KEY REFERENCES organization,
    revision        bigint NOT NULL CHECK (revision > 0)
) WITH (fillfactor = 50);

-- What was last decided about a target, and told the platform. There is a row once there was something to decide. An odd
-- version is a stop, an even one a resume, and no version is decided before the one below is published, so that the
-- topic has each of them, in order. An organization's own row is also what deciders of the organization lock.
CREATE TABLE enforcement (
    organization_id   bigint NOT NULL,
    agent_id          bigint NOT NULL,
    external_user_id  bigint NOT NULL,
    version           bigint NOT NULL DEFAULT 0 CHECK (version >= 0),
    published_version bigint NOT NULL DEFAULT 0,
    -- What the version was decided by. Null: it has none, as the credits have no limit.
    limit_nanos       bigint,
    spent_nanos       bigint,
    balance_nanos     bigint,
    window_start      date,        -- of the decision, also for the credits: a decider with an older one stands back
    cause             text,
    caused_by         uuid,        -- the dedupe key of the entry that crossed the limit, or that brought the credit
    decided_at        timestamptz,
    -- The highest percent of the limit that was told, and of which window: the month's first day in days since 1970; of
    -- the credits, the entry_seq at which they were credit_nanos, the height from which their use is counted.
    alert_window      bigint NOT NULL DEFAULT 0,
    alert_percent     smallint NOT NULL DEFAULT 0,
    credit_nanos      bigint,
    PRIMARY KEY (organization_id, agent_id, external_user_id),
    CHECK (published_version BETWEEN 0 AND version AND version - published_version <= 1)
) WITH (fillfactor = 70);
CREATE INDEX enforcement_unpublished ON enforcement (organization_id) WHERE published_version < version;
CREATE INDEX enforcement_stopped ON enforcement (organization_id) WHERE version % 2 = 1;

-- One stop, from cause to resume.
CREATE TABLE incident (
    organization_id        bigint NOT NULL,
    agent_id               bigint NOT NULL,
    external_user_id       bigint NOT NULL,
    version                bigint NOT NULL, -- of the stop
    scope                  text NOT NULL CHECK (scope IN ('organization', 'agent', 'external_user', 'anonymous')),
    limit_nanos            bigint,
    spent_nanos            bigint,
    balance_nanos          bigint NOT NULL,
    window_start           date,            -- null for the credits
    cause                  text NOT NULL,
    caused_by              uuid,
    crossing_entry_seq     bigint,          -- the first entry at or over the limit, where it is one that was just booked
    decided_entry_seq      bigint NOT NULL, -- the organization's last entry when it was decided
    stopped_at             timestamptz NOT NULL,
    stop_published_at      timestamptz,
    stop_acknowledged_at   timestamptz,
    -- What was booked for the target after the crossing entry, when it was last counted: at the acknowledgement of the
    -- stop, and at the resume.
    overshoot_entries      bigint,
    overshoot_nanos        bigint,
    overshoot_counted_at   timestamptz,
    resume_cause           text,
    resumed_at             timestamptz,
    resume_published_at    timestamptz,
    resume_acknowledged_at timestamptz,
    PRIMARY KEY (organization_id, agent_id, external_user_id, version)
) WITH (fillfactor = 70);

-- An alert: so much of a limit is used. The key makes it one for each target, window and percent.
CREATE TABLE budget_alert (
    organization_id  bigint NOT NULL,
    agent_id         bigint NOT NULL,
    external_user_id bigint NOT NULL,
    alert_window     bigint NOT NULL,
    percent          smallint NOT NULL CHECK (percent BETWEEN 1 AND 100),
    limit_nanos      bigint NOT NULL, -- of the credits: what they were when last at their highest
    spent_nanos      bigint NOT NULL,
    balance_nanos    bigint NOT NULL,
    window_start     date NOT NULL,
    raised_at        timestamptz NOT NULL,
    published_at     timestamptz,
    PRIMARY KEY (organization_id, agent_id, external_user_id, alert_window, percent)
) WITH (fillfactor = 70);
CREATE INDEX budget_alert_unpublished ON budget_alert (organization_id) WHERE published_at IS NULL;

-- For people and tools.

CREATE VIEW enforcement_statement AS
SELECT o.public_id AS organization_id, a.public_id AS agent_id, u.public_id AS external_user_id,
       CASE WHEN e.agent_id = 0 THEN 'organization' WHEN e.external_user_id = 0 THEN 'agent'
            WHEN e.external_user_id = -1 THEN 'anonymous' ELSE 'external_user' END AS scope,
       e.version % 2 = 1 AS stopped, e.version, e.published_version, e.limit_nanos, e.spent_nanos, e.balance_nanos,
       e.cause, e.caused_by, e.decided_at
  FROM enforcement e
  JOIN organization o ON o.organization_id = e.organization_id
  LEFT JOIN agent a ON a.organization_id = e.organization_id AND a.agent_id = e.agent_id
  LEFT JOIN external_user u ON u.organization_id = e.organization_id AND u.external_user_id = e.external_user_id
 WHERE e.version > 0;

CREATE VIEW incident_statement AS
SELECT o.public_id AS organization_id, a.public_id AS agent_id, u.public_id AS external_user_id, i.scope,
       CASE i.scope WHEN 'organization' THEN 'organization_credits_exhausted'
            ELSE i.scope || '_budget_exhausted' END AS reason,
       i.version, i.limit_nanos, i.limit_nanos * 0.000000001 AS limit_usd,
       i.spent_nanos, i.spent_nanos * 0.000000001 AS spent_usd,
       i.balance_nanos, i.balance_nanos * 0.000000001 AS balance_usd, i.window_start, i.cause, i.caused_by,
       i.crossing_entry_seq, i.stopped_at, i.stop_published_at, i.stop_acknowledged_at,
       i.overshoot_entries, i.overshoot_nanos, i.overshoot_nanos * 0.000000001 AS overshoot_usd,
       i.overshoot_counted_at, i.resume_cause, i.resumed_at, i.resume_published_at, i.resume_acknowledged_at
  FROM incident i
  JOIN organization o ON o.organization_id = i.organization_id
  LEFT JOIN agent a ON a.organization_id = i.organization_id AND a.agent_id = i.agent_id
  LEFT JOIN external_user u ON u.organization_id = i.organization_id AND u.external_user_id = i.external_user_id;

CREATE VIEW budget_alert_statement AS
SELECT o.public_id AS organization_id, a.public_id AS agent_id, u.public_id AS external_user_id, l.percent,
       l.limit_nanos, l.spent_nanos, l.balance_nanos, l.window_start, l.raised_at, l.published_at
  FROM budget_alert l
  JOIN organization o ON o.organization_id = l.organization_id
  LEFT JOIN agent a ON a.organization_id = l.organization_id AND a.agent_id = l.agent_id
  LEFT JOIN external_user u ON u.organization_id = l.organization_id AND u.external_user_id = l.external_user_id;

GRANT SELECT ON enforcement_statement, incident_statement, budget_alert_statement TO aicredits_app;
GRANT SELECT, INSERT, UPDATE ON budget_revision, enforcement TO aicredits_app;
GRANT SELECT, INSERT ON incident, budget_alert TO aicredits_app;
-- What stopped whom, and what was told, is not among what may change.
GRANT UPDATE (stop_published_at, stop_acknowledged_at, overshoot_entries, overshoot_nanos, overshoot_counted_at,
              resume_cause, resumed_at, resume_published_at, resume_acknowledged_at) ON incident TO aicredits_app;
GRANT UPDATE (published_at) ON budget_alert TO aicredits_app;

GRANT SELECT ON enforcement_statement, incident_statement, budget_alert_statement TO aicredits_reader;
