-- What the sweep asks Stripe for: also orders that have ended and may be paid again, as Stripe keeps a subscription that is unpaid or
-- paused until it is canceled, and it is active once its last invoice is paid, or it is resumed.
DROP INDEX plan_order_unsettled;
CREATE INDEX plan_order_unsettled ON plan_order (checked_at NULLS FIRST, created_at)
    WHERE state IN ('created', 'open', 'processing', 'active')
       OR (state = 'ended' AND subscription_status NOT IN ('canceled', 'incomplete_expired'))
       OR (state = 'failed' AND reason = 'refused_in_review' AND subscription_id IS NOT NULL
           AND subscription_status NOT IN ('canceled', 'incomplete_expired'));
