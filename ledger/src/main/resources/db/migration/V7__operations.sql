-- What operators did about dead letters. Both are reference tables: a letter may be of no organization at all.

-- A replay: who had dead letters sent back to where they came from, and why. It is kept before anything is sent.
CREATE TABLE dead_letter_replay (
    replay_id    uuid PRIMARY KEY,
    actor        text NOT NULL,
    origin       text NOT NULL,
    reason       text NOT NULL CHECK (reason <> ''),
    requested_at timestamptz NOT NULL
);

-- The letters of a replay, by their place. letter_at_ms is the record's own timestamp: a topic that was deleted and made anew
-- has other letters in the same places. published_at: the broker has what was sent; null: it may have it.
CREATE TABLE dead_letter_replayed (
    topic         text NOT NULL,
    partition_id  integer NOT NULL,
    record_offset bigint NOT NULL,
    letter_at_ms  bigint NOT NULL,
    replay_id     uuid NOT NULL REFERENCES dead_letter_replay,
    published_at  timestamptz,
    PRIMARY KEY (topic, partition_id, record_offset, letter_at_ms, replay_id)
);

-- For people and tools.
CREATE VIEW dead_letter_replay_statement AS
SELECT d.topic, d.partition_id, d.record_offset, d.letter_at_ms, r.replay_id, r.actor, r.origin, r.reason, r.requested_at,
       d.published_at
  FROM dead_letter_replayed d
  JOIN dead_letter_replay r USING (replay_id);

GRANT SELECT ON dead_letter_replay_statement TO aicredits_app, aicredits_reader;
GRANT SELECT, INSERT ON dead_letter_replay, dead_letter_replayed TO aicredits_app;
GRANT UPDATE (published_at) ON dead_letter_replayed TO aicredits_app;
