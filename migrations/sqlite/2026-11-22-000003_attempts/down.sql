ALTER TABLE audit_events DROP COLUMN address_hash;
DROP TABLE attempts;
