-- How the tables of the migrations lie on a Citus cluster: each once, what is referred to before what refers to it. After
-- prepare.sql, as aicredits_owner on the coordinator. README.md says why each is what it is, and what is left to do.

-- On one node, the coordinator's.
SELECT citus_add_local_table_to_metadata('scheduled_tasks');
SELECT citus_add_local_table_to_metadata('audit_round');
SELECT citus_add_local_table_to_metadata('dead_letter_replay');
SELECT citus_add_local_table_to_metadata('dead_letter_replayed');
SELECT citus_add_local_table_to_metadata('flyway_schema_history');

-- On every node, whole.
SELECT create_reference_table('organization');
SELECT create_reference_table('agent_directory');
SELECT create_reference_table('product');
SELECT create_reference_table('rate_card');
SELECT create_reference_table('rate');
SELECT create_reference_table('entry_kind');
SELECT create_reference_table('hosting_plan');
SELECT create_reference_table('operator');
SELECT create_reference_table('operator_key');
SELECT create_reference_table('api_key_directory');
SELECT create_reference_table('checkout_reference');
SELECT create_reference_table('stripe_event');

-- By organization, and an organization's rows of all of them on one node.
SELECT create_distributed_table('agent', 'organization_id', colocate_with => 'none');
SELECT create_distributed_table('member', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('external_user', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('ledger_entry', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('organization_balance', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('agent_spend', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('external_user_spend', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('agent_daily_total', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('daily_total_progress', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('ledger_closing', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('archived_spend', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('agent_budget', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('external_user_budget', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('budget_revision', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('enforcement', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('incident', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('archived_overshoot', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('budget_alert', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('hold', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('held', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('checkout_session', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('checkout_refund', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('checkout_dispute', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('invoice_status', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('plan_order', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('adjustment', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('audit_log', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('api_key', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('organization_plan', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('mcp_server', 'organization_id', colocate_with => 'agent');
SELECT create_distributed_table('hosting_usage', 'organization_id', colocate_with => 'agent');
