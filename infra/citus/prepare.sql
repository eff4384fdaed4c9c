-- Before distribute.sql, as aicredits_owner, on the migrated and still empty database. Plain PostgreSQL: a test runs it.

-- Citus takes identity columns of bigint only. Products are made where they are first used, seldom: a sequence that the
-- coordinator asks is enough.
ALTER TABLE product ALTER COLUMN product_id DROP IDENTITY;
CREATE SEQUENCE product_number AS integer OWNED BY product.product_id;
ALTER TABLE product ALTER COLUMN product_id SET DEFAULT nextval('product_number');
GRANT USAGE ON SEQUENCE product_number TO aicredits_app;
