-- A stop that lasts keeps nothing in the ledger: what an archive takes of an open incident's overshoot is kept beside it.

-- The usage of an incident's target after the entry that reached its limit; of a budget's, in the window of the limit.
CREATE VIEW incident_usage AS
SELECT i.organization_id, i.agent_id, i.external_user_id, i.version, i.resumed_at, e.entry_seq,
       -e.amount_nanos AS spent_nanos
  FROM incident i
  JOIN ledger_entry e
    ON e.organization_id = i.organization_id
   AND e.entry_seq > coalesce(i.crossing_entry_seq, i.decided_entry_seq) AND e.entry_kind = 1
   AND (i.agent_id = 0 OR e.agent_id = i.agent_id)
   AND CASE i.external_user_id WHEN 0 THEN true WHEN -1 THEN e.external_user_id IS NULL
            ELSE e.external_user_id = i.external_user_id END
   AND (i.window_start IS NULL OR e.occurred_at >= i.window_start::timestamp AT TIME ZONE 'UTC'
        AND e.occurred_at < (i.window_start + interval '1 month') AT TIME ZONE 'UTC');

-- How much of that left the ledger with a month, while the incident was open.
CREATE TABLE archived_overshoot (
    organization_id   bigint NOT NULL,
    month             date NOT NULL,
    agent_id          bigint NOT NULL,
    external_user_id  bigint NOT NULL,
    version           bigint NOT NULL,
    overshoot_entries bigint NOT NULL CHECK (overshoot_entries > 0),
    overshoot_nanos   bigint NOT NULL,
    PRIMARY KEY (organization_id, agent_id, external_user_id, version, month),
    FOREIGN KEY (organization_id, month) REFERENCES ledger_closing
);

GRANT SELECT ON archived_overshoot, incident_usage TO aicredits_app;
GRANT SELECT ON incident_usage TO aicredits_reader;
