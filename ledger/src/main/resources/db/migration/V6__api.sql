-- What the REST API keeps: keys, the platform's own people, and who changed what from where.
--
-- Keys start with organization_id; the reference tables here are operator, operator_key and api_key_directory.

-- The platform's own people. The application reads these two tables and cannot write them: whatever hole it had, no
-- organization could make itself an operator. The owner of the schema adds them.
CREATE TABLE operator (
    principal_id text PRIMARY KEY CHECK (principal_id <> ''),
    display_name text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE operator_key (
    key_id       text PRIMARY KEY,
    principal_id text NOT NULL REFERENCES operator,
    secret_hash  bytea NOT NULL CHECK (length(secret_hash) = 32),
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    revoked_at   timestamptz
);

-- Whose a key is, by the id that the key itself carries. Written once.
CREATE TABLE api_key_directory (
    key_id          text PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization
);

-- Service-account keys. secret_hash is an HMAC of the whole key under a pepper that is not in the database. A row is never
-- deleted: it says whose the actor "key:..." of the audit log was.
CREATE TABLE api_key (
    organization_id bigint NOT NULL REFERENCES organization,
    key_id          text NOT NULL,
    name            text NOT NULL,
    description     text,
    role_key        text NOT NULL CHECK (role_key IN ('owner', 'admin', 'developer', 'viewer')),
    secret_hash     bytea NOT NULL CHECK (length(secret_hash) = 32),
    created_by      text NOT NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz,
    revoked_at      timestamptz,
    last_used_at    timestamptz,          -- to the minute
    replaces_key_id text,                 -- the key that this one was made to take the place of
    PRIMARY KEY (organization_id, key_id)
) WITH (fillfactor = 70);

-- A person's organizations.
CREATE INDEX member_of_principal ON member (principal_id, organization_id);

-- The log of the repairs by hand now takes every change through the API. A change needs no reason unless its rule says so;
-- origin is the network address that it was asked for from.
ALTER TABLE audit_log ADD COLUMN origin text;
ALTER TABLE audit_log ALTER COLUMN reason DROP NOT NULL;
CREATE INDEX audit_log_newest ON audit_log (organization_id, happened_at DESC, audit_id DESC);

CREATE OR REPLACE VIEW audit_statement AS
SELECT o.public_id AS organization_id, a.audit_id, a.actor, a.action, a.subject, a.reason, a.state_before,
       a.state_after, a.happened_at, a.origin
  FROM audit_log a
  JOIN organization o USING (organization_id);

GRANT SELECT ON operator, operator_key, api_key_directory, api_key TO aicredits_app;
GRANT INSERT ON api_key_directory, api_key TO aicredits_app;
GRANT UPDATE (expires_at, revoked_at, last_used_at) ON api_key TO aicredits_app;

-- Plans of hosted MCP servers: a limit on how many are enabled at a time (null: none), and what is included. The fee is in
-- cents a month. A plan that is not on offer is agreed in person, and invoiced.
CREATE TABLE hosting_plan (
    plan_key                   text PRIMARY KEY,
    plan_tier                  text NOT NULL,
    plan_name                  text NOT NULL,
    monthly_platform_fee_cents bigint NOT NULL CHECK (monthly_platform_fee_cents >= 0),
    hosted_servers_limit       integer CHECK (hosted_servers_limit >= 0),
    included_tool_calls        bigint NOT NULL CHECK (included_tool_calls >= 0),
    on_offer                   boolean NOT NULL,
    place                      smallint NOT NULL UNIQUE
);

INSERT INTO hosting_plan (plan_key, plan_tier, plan_name, monthly_platform_fee_cents, hosted_servers_limit,
                          included_tool_calls, on_offer, place) VALUES
    ('mcp_hosting_free',       'free',           'Free',        0,    1,      1000, true,  1),
    ('mcp_hosting_team',       'team',           'Team',     9900,   10,    100000, true,  2),
    ('mcp_hosting_enterprise', 'enterprise', 'Enterprise',      0, NULL, 100000000, false, 3);

-- An organization's plan; without a row it is the free one. invoiced: it pays by invoice and is shown no plans. The override
-- takes the place of the plan's limit until its end.
CREATE TABLE organization_plan (
    organization_id bigint PRIMARY KEY REFERENCES organization,
    plan_key        text NOT NULL REFERENCES hosting_plan,
    invoiced        boolean NOT NULL DEFAULT false,
    override_limit  integer CHECK (override_limit >= 0),
    override_until  timestamptz,
    override_reason text,
    updated_at      timestamptz NOT NULL,
    CHECK ((override_limit IS NULL) = (override_reason IS NULL)),
    CHECK (override_limit IS NOT NULL OR override_until IS NULL)
);

-- Hosted MCP servers. Only enabled ones count against the limit; whoever makes or enables one holds the organization's row in
-- hosting_usage, so that two of them do not take one place.
CREATE TABLE mcp_server (
    organization_id bigint NOT NULL REFERENCES organization,
    server_id       text NOT NULL,
    name            text NOT NULL,
    slug            text NOT NULL,
    kind            text NOT NULL,
    description     text,
    runtime_type    text NOT NULL,
    status          text NOT NULL CHECK (status IN ('active', 'disabled')),
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, server_id),
    UNIQUE (organization_id, slug)
);

-- How many servers of an organization are enabled. One row, moved with every change of a server.
CREATE TABLE hosting_usage (
    organization_id bigint PRIMARY KEY REFERENCES organization,
    enabled_servers integer NOT NULL CHECK (enabled_servers >= 0)
);

GRANT SELECT ON hosting_plan, organization_plan, mcp_server, hosting_usage TO aicredits_app;
GRANT INSERT, UPDATE ON organization_plan, hosting_usage TO aicredits_app;
GRANT INSERT, UPDATE, DELETE ON mcp_server TO aicredits_app;

-- Of ten million entries a few are not usage; pages and sums of them must not pass over the rest.
CREATE INDEX ledger_entry_purchases ON ledger_entry (organization_id, entry_seq) WHERE entry_kind <> 1;

-- What an agent spent of a product on a UTC day of occurred_at: what is shown by day and by model. Positive. Moved in the
-- booking's transaction, like the months' totals.
CREATE TABLE agent_daily_spend (
    organization_id bigint NOT NULL,
    agent_id        bigint NOT NULL,
    day             date NOT NULL,
    product_id      integer NOT NULL,
    spent_nanos     bigint NOT NULL,
    entry_count     bigint NOT NULL,
    PRIMARY KEY (organization_id, agent_id, day, product_id)
) WITH (fillfactor = 50);

-- What was booked before. Nothing may be booked meanwhile: stop the consumers for this migration.
INSERT INTO agent_daily_spend (organization_id, agent_id, day, product_id, spent_nanos, entry_count)
SELECT organization_id, agent_id, (occurred_at AT TIME ZONE 'UTC')::date AS day, product_id, -sum(amount_nanos), count(*)
  FROM ledger_entry
 WHERE entry_kind = 1
 GROUP BY organization_id, agent_id, day, product_id;

CREATE VIEW agent_daily_spend_statement AS
SELECT o.public_id AS organization_id, a.public_id AS agent_id, s.day, p.usage_kind, nullif(p.provider, '') AS provider,
       nullif(p.model, '') AS model, p.unit, s.spent_nanos, s.spent_nanos * 0.000000001 AS spent_usd, s.entry_count
  FROM agent_daily_spend s
  JOIN organization o ON o.organization_id = s.organization_id
  JOIN agent a ON a.organization_id = s.organization_id AND a.agent_id = s.agent_id
  JOIN product p ON p.product_id = s.product_id;

GRANT SELECT, INSERT, UPDATE ON agent_daily_spend TO aicredits_app;
GRANT SELECT ON agent_daily_spend_statement TO aicredits_app, aicredits_reader;

-- Corrections by operators. A large one waits for a second operator; its dedupe key in the ledger is its id.
CREATE TABLE adjustment (
    organization_id bigint NOT NULL REFERENCES organization,
    adjustment_id   uuid NOT NULL,
    amount_nanos    bigint NOT NULL CHECK (amount_nanos <> 0),
    reason          text NOT NULL CHECK (reason <> ''),
    state           text NOT NULL CHECK (state IN ('pending', 'booked', 'rejected')),
    idempotency_key text,
    requested_by    text NOT NULL,
    requested_at    timestamptz NOT NULL,
    decided_by      text,
    decided_at      timestamptz,
    entry_seq       bigint,
    PRIMARY KEY (organization_id, adjustment_id),
    UNIQUE (organization_id, idempotency_key),
    CHECK ((state = 'booked') = (entry_seq IS NOT NULL)),
    CHECK ((state = 'pending') = (decided_at IS NULL))
);

GRANT SELECT, INSERT ON adjustment TO aicredits_app;
GRANT UPDATE (state, decided_by, decided_at, entry_seq) ON adjustment TO aicredits_app;
