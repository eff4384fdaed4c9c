-- How many stops last that the platform has not acknowledged, and since when, is asked with every reading of the metrics: of
-- a platform that obeys, this has next to nothing.
CREATE INDEX incident_unacknowledged ON incident (organization_id)
 WHERE stop_acknowledged_at IS NULL AND resumed_at IS NULL;
