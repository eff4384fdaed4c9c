-- The page that customers return to is open to anybody, and knows a session's id alone.
CREATE INDEX checkout_session_by_session ON checkout_session (stripe_session_id) WHERE stripe_session_id IS NOT NULL;
CREATE INDEX plan_order_by_session ON plan_order (stripe_session_id) WHERE stripe_session_id IS NOT NULL;
