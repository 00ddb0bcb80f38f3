-- What was created by requests that may be sent again: `request` is the SHA-256 of method, path and body,
-- `created` the id as it stands in URLs. A row is forgotten after a day.
CREATE TABLE idempotency_keys (
    idempotency_key_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    idempotency_key TEXT NOT NULL,
    request BYTEA NOT NULL,
    created TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX idempotency_keys_user_id_idempotency_key_key ON idempotency_keys (user_id, idempotency_key);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
