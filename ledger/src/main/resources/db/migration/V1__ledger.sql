-- The ledger and what it refers to.
--
-- Ids. Clients see text ids (org_acme, ag_support). Tables carry compact keys in their place (organization_id,
-- agent_id, external_user_id: bigint), because an entry with them is half the size; `public_id` holds the text.
-- The views at the end show the text ids under the plain names, and are what people and tools read.
--
-- Keys. Every primary and unique key starts with organization_id, so that the schema shards by organization as it
-- stands. The exceptions are reference tables, small and the same on every shard: organization, agent_directory,
-- product, entry_kind, rate_card, rate.
--
-- Roles. aicredits_owner owns and migrates; aicredits_app is what services run as, and may not update or delete an
-- entry; aicredits_reader may read the views and nothing else. They exist before this migration runs.
--
-- No triggers, no procedural code, no foreign keys on the hot path: integrity there is the booking transaction's
-- work, and the audit's to prove.

CREATE TABLE organization (
    organization_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id       text NOT NULL UNIQUE CHECK (public_id <> ''),
    name            text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE member (
    organization_id bigint NOT NULL REFERENCES organization,
    principal_id    text NOT NULL,
    display_name    text NOT NULL,
    email           text NOT NULL,
    role_key        text NOT NULL CHECK (role_key IN ('owner', 'admin', 'developer', 'viewer')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, principal_id)
);

CREATE TABLE agent (
    organization_id bigint NOT NULL REFERENCES organization,
    agent_id        bigint GENERATED ALWAYS AS IDENTITY,
    public_id       text NOT NULL CHECK (public_id <> ''),
    name            text NOT NULL,
    model           text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, agent_id),
    UNIQUE (organization_id, public_id)
);

-- An agent's public id belongs to one organization, the first that used it. This is what tells another tenant's
-- agent from a new one.
CREATE TABLE agent_directory (
    public_id       text PRIMARY KEY,
    organization_id bigint NOT NULL REFERENCES organization
);

CREATE TABLE external_user (
    organization_id  bigint NOT NULL REFERENCES organization,
    external_user_id bigint GENERATED ALWAYS AS IDENTITY CHECK (external_user_id > 0),
    public_id        text NOT NULL CHECK (public_id <> ''),
    display_name     text,
    first_seen_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, external_user_id),
    UNIQUE (organization_id, public_id)
);

-- What an agent can use: a provider's model, or something counted in a unit.
CREATE TABLE product (
    product_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    usage_kind text NOT NULL CHECK (usage_kind IN ('inference', 'tool_call', 'hosted_server')),
    provider   text NOT NULL DEFAULT '',
    model      text NOT NULL DEFAULT '',
    unit       text NOT NULL,
    UNIQUE (usage_kind, provider, model, unit),
    CHECK ((usage_kind = 'inference') = (provider <> '' AND model <> '' AND unit = 'token'))
);

-- Versioned prices. A version is written once, whole, from a reviewed file, and never edited.
CREATE TABLE rate_card (
    version        integer PRIMARY KEY CHECK (version > 0),
    effective_from timestamptz NOT NULL,
    content_sha256 bytea NOT NULL CHECK (length(content_sha256) = 32),
    loaded_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE rate (
    version                 integer NOT NULL REFERENCES rate_card,
    product_id              integer NOT NULL REFERENCES product,
    meter                   text NOT NULL
                            CHECK (meter IN ('input', 'cached_input', 'cache_creation', 'output', 'quantity')),
    -- The price holds for events with more input tokens than this; 0 for every event, a tier above it where longer
    -- contexts cost more.
    input_tokens_over       integer NOT NULL CHECK (input_tokens_over >= 0),
    nanos_per_million_units bigint NOT NULL CHECK (nanos_per_million_units > 0),
    PRIMARY KEY (version, product_id, meter, input_tokens_over)
);

-- Which two accounts an entry of a kind moves. The amount is signed as the customer sees it: positive credits them.
CREATE TABLE entry_kind (
    entry_kind      smallint PRIMARY KEY,
    name            text NOT NULL UNIQUE,
    counter_account text NOT NULL,
    sign            smallint CHECK (sign IN (-1, 1))
);

INSERT INTO entry_kind (entry_kind, name, counter_account, sign) VALUES
    (1, 'usage',            'revenue',          -1),
    (2, 'top_up',           'stripe_clearing',   1),
    (3, 'refund',           'stripe_clearing',  -1),
    (4, 'refund_reversal',  'stripe_clearing',   1),
    (5, 'dispute',          'stripe_clearing',  -1),
    (6, 'dispute_reversal', 'stripe_clearing',   1),
    (7, 'adjustment',       'adjustments',    NULL);

-- Append-only. Per organization a gapless entry_seq from 1 and the balance after each entry. Columns stand in the
-- order that pads least.
CREATE TABLE ledger_entry (
    organization_id             bigint NOT NULL,
    entry_seq                   bigint NOT NULL,
    amount_nanos                bigint NOT NULL,
    balance_after_nanos         bigint NOT NULL,
    occurred_at                 timestamptz NOT NULL,
    booked_at                   timestamptz NOT NULL,
    agent_id                    bigint,
    external_user_id            bigint,            -- null for an anonymous call, and for what is not usage
    dedupe_key                  uuid NOT NULL,
    product_id                  integer,
    rate_card_version           integer,           -- null for usage whose cost a trusted source sent
    input_tokens                integer,           -- includes cached_input_tokens and cache_creation_input_tokens
    cached_input_tokens         integer,
    cache_creation_input_tokens integer,
    output_tokens               integer,
    quantity                    integer,           -- of usage that is not inference, in its product's unit
    entry_kind                  smallint NOT NULL,
    checkout_session_id         text,
    refund_id                   text,
    dispute_id                  text,
    description                 text,
    PRIMARY KEY (organization_id, entry_seq),
    CONSTRAINT ledger_entry_dedupe UNIQUE (organization_id, dedupe_key),
    CONSTRAINT ledger_entry_shape CHECK (
        entry_seq > 0
        AND CASE entry_kind
                WHEN 1 THEN amount_nanos <= 0 AND agent_id IS NOT NULL AND product_id IS NOT NULL
                WHEN 7 THEN amount_nanos <> 0 AND description IS NOT NULL
                WHEN 2 THEN amount_nanos > 0 AND checkout_session_id IS NOT NULL
                WHEN 3 THEN amount_nanos < 0 AND refund_id IS NOT NULL
                WHEN 4 THEN amount_nanos > 0 AND refund_id IS NOT NULL
                WHEN 5 THEN amount_nanos < 0 AND dispute_id IS NOT NULL
                WHEN 6 THEN amount_nanos > 0 AND dispute_id IS NOT NULL
                ELSE false
            END)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);

-- One row an organization, moved by every booking. Half-empty pages keep its updates heap-only.
CREATE TABLE organization_balance (
    organization_id bigint PRIMARY KEY REFERENCES organization,
    balance_nanos   bigint NOT NULL,
    entry_seq       bigint NOT NULL CHECK (entry_seq >= 0),
    updated_at      timestamptz NOT NULL
) WITH (fillfactor = 50);

-- What an agent, and an external user of an agent, spent in a UTC calendar month of occurred_at. Positive. The anonymous
-- calls' part stands in the agent's row, which they move anyway.
CREATE TABLE agent_spend (
    organization_id       bigint NOT NULL,
    agent_id              bigint NOT NULL,
    window_start          date NOT NULL,
    spent_nanos           bigint NOT NULL,
    entry_count           bigint NOT NULL,
    anonymous_nanos       bigint NOT NULL,
    anonymous_entry_count bigint NOT NULL,
    PRIMARY KEY (organization_id, agent_id, window_start)
) WITH (fillfactor = 50);

CREATE TABLE external_user_spend (
    organization_id  bigint NOT NULL,
    agent_id         bigint NOT NULL,
    external_user_id bigint NOT NULL,
    window_start     date NOT NULL,
    spent_nanos      bigint NOT NULL,
    entry_count      bigint NOT NULL,
    PRIMARY KEY (organization_id, agent_id, external_user_id, window_start)
) WITH (fillfactor = 50);

-- Monthly limits; null is no limit of that layer.
CREATE TABLE agent_budget (
    organization_id          bigint NOT NULL,
    agent_id                 bigint NOT NULL,
    enabled                  boolean NOT NULL,
    monthly_limit_nanos      bigint CHECK (monthly_limit_nanos >= 0),
    default_user_limit_nanos bigint CHECK (default_user_limit_nanos >= 0),
    anonymous_limit_nanos    bigint CHECK (anonymous_limit_nanos >= 0),
    enforcement_mode         text NOT NULL CHECK (enforcement_mode IN ('hard_block', 'alert_only')),
    updated_at               timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, agent_id),
    FOREIGN KEY (organization_id, agent_id) REFERENCES agent
);

CREATE TABLE external_user_budget (
    organization_id     bigint NOT NULL,
    agent_id            bigint NOT NULL,
    external_user_id    bigint NOT NULL,
    monthly_limit_nanos bigint NOT NULL CHECK (monthly_limit_nanos >= 0),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, agent_id, external_user_id),
    FOREIGN KEY (organization_id, agent_id) REFERENCES agent,
    FOREIGN KEY (organization_id, external_user_id) REFERENCES external_user
);

-- For people and tools: text ids, names instead of codes.

CREATE VIEW organization_statement AS
SELECT o.public_id AS organization_id, o.name, b.balance_nanos, b.balance_nanos * 0.000000001 AS balance_usd,
       b.entry_seq, b.updated_at
  FROM organization o
  JOIN organization_balance b USING (organization_id);

CREATE VIEW ledger_statement AS
SELECT o.public_id AS organization_id, e.entry_seq, k.name AS entry_kind, e.amount_nanos, e.balance_after_nanos,
       e.amount_nanos * 0.000000001 AS amount_usd, e.balance_after_nanos * 0.000000001 AS balance_after_usd,
       e.occurred_at, e.booked_at, a.public_id AS agent_id, u.public_id AS external_user_id,
       p.usage_kind, nullif(p.provider, '') AS provider, nullif(p.model, '') AS model, p.unit,
       e.input_tokens, e.cached_input_tokens, e.cache_creation_input_tokens, e.output_tokens, e.quantity,
       e.rate_card_version, e.dedupe_key, e.checkout_session_id, e.refund_id, e.dispute_id, e.description
  FROM ledger_entry e
  JOIN organization o ON o.organization_id = e.organization_id
  JOIN entry_kind k ON k.entry_kind = e.entry_kind
  LEFT JOIN agent a ON a.organization_id = e.organization_id AND a.agent_id = e.agent_id
  LEFT JOIN external_user u ON u.organization_id = e.organization_id AND u.external_user_id = e.external_user_id
  LEFT JOIN product p ON p.product_id = e.product_id;

CREATE VIEW agent_spend_statement AS
SELECT o.public_id AS organization_id, a.public_id AS agent_id, s.window_start, s.spent_nanos,
       s.spent_nanos * 0.000000001 AS spent_usd, s.entry_count, s.anonymous_nanos, s.anonymous_entry_count
  FROM agent_spend s
  JOIN organization o ON o.organization_id = s.organization_id
  JOIN agent a ON a.organization_id = s.organization_id AND a.agent_id = s.agent_id;

CREATE VIEW external_user_spend_statement AS
SELECT o.public_id AS organization_id, a.public_id AS agent_id, u.public_id AS external_user_id, s.window_start,
       s.spent_nanos, s.spent_nanos * 0.000000001 AS spent_usd, s.entry_count
  FROM external_user_spend s
  JOIN organization o ON o.organization_id = s.organization_id
  JOIN agent a ON a.organization_id = s.organization_id AND a.agent_id = s.agent_id
  JOIN external_user u ON u.organization_id = s.organization_id AND u.external_user_id = s.external_user_id;

-- Double entry over all organizations. customer_credits (a liability) is taken from the balances, its counterparts
-- from the entries, so the sum is zero only while the two agree. Signs: a credit is positive, a debit negative.
CREATE VIEW trial_balance AS
SELECT 'customer_credits' AS account, coalesce(sum(balance_nanos::numeric), 0) AS balance_nanos
  FROM organization_balance
UNION ALL
SELECT c.account, coalesce(-sum(e.amount_nanos::numeric), 0)
  FROM (SELECT DISTINCT counter_account AS account FROM entry_kind) c
  LEFT JOIN entry_kind k ON k.counter_account = c.account
  LEFT JOIN ledger_entry e ON e.entry_kind = k.entry_kind
 GROUP BY c.account;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO aicredits_app;
GRANT INSERT ON organization, agent, agent_directory, external_user, product, ledger_entry TO aicredits_app;
GRANT INSERT, UPDATE ON organization_balance, agent_spend, external_user_spend TO aicredits_app;
GRANT INSERT, UPDATE, DELETE ON member, agent_budget, external_user_budget TO aicredits_app;
GRANT UPDATE (name) ON organization TO aicredits_app;
GRANT UPDATE (name, model) ON agent TO aicredits_app;
GRANT UPDATE (display_name) ON external_user TO aicredits_app;

GRANT SELECT ON organization_statement, ledger_statement, agent_spend_statement, external_user_spend_statement,
                trial_balance TO aicredits_reader;
