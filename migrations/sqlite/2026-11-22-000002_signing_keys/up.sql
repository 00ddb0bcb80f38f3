-- Since when a key signs. The default is for the version before, whose only key signs at once.
ALTER TABLE signing_keys ADD COLUMN signs_from TIMESTAMP NOT NULL DEFAULT '1970-01-01 00:00:00';
UPDATE signing_keys SET signs_from = created_at;

-- One row: a value derived from the master secret, for nothing else. It tells another secret.
CREATE TABLE secret_checks (
    secret_check_id BIGINT NOT NULL PRIMARY KEY,
    check_value BLOB NOT NULL,
    CONSTRAINT secret_checks_secret_check_id_check CHECK (secret_check_id = 1)
);
