-- The background audit's round through all organizations, for all processes that audit: one row. It is where the next part begins, so
-- that a restart goes on there and instances share the work.
CREATE TABLE audit_round (
    audit_id     smallint PRIMARY KEY CHECK (audit_id = 1),
    parts        bigint NOT NULL,      -- done so far, over all rounds: who raises it from what it read has done that part
    last_key     bigint NOT NULL,      -- the organization that was looked at last; the least bigint before the first
    found        bigint NOT NULL,      -- differences, of the round under way
    found_before bigint NOT NULL,      -- of the round before
    done_at      timestamptz NOT NULL  -- when the round before came to its end; before that, when this table was made
);

INSERT INTO audit_round (audit_id, parts, last_key, found, found_before, done_at)
VALUES (1, 0, -9223372036854775808, 0, 0, now());

-- For people and tools.
CREATE VIEW audit_round_statement AS
SELECT parts, found, found_before, done_at FROM audit_round;

GRANT SELECT ON audit_round, audit_round_statement TO aicredits_app;
GRANT UPDATE (parts, last_key, found, found_before, done_at) ON audit_round TO aicredits_app;
GRANT SELECT ON audit_round_statement TO aicredits_reader;
