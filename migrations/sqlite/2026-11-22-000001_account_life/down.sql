DROP INDEX audit_events_user_id_idx;
ALTER TABLE users DROP COLUMN admin;

CREATE TABLE old_refresh_tokens (
    login_id TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    generation BIGINT NOT NULL,
    previous BIGINT,
    rotated_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    idle_expires_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    user_agent TEXT,
    ip TEXT,
    CONSTRAINT refresh_tokens_generation_check CHECK (
        generation BETWEEN 0 AND 4294967295 AND (previous IS NULL OR previous < generation)
    )
);
INSERT INTO old_refresh_tokens
    SELECT login_id, user_id, generation, previous, rotated_at, created_at, idle_expires_at,
        expires_at, ended_at, user_agent, ip
    FROM refresh_tokens WHERE user_id IS NOT NULL;
DROP TABLE refresh_tokens;
ALTER TABLE old_refresh_tokens RENAME TO refresh_tokens;
CREATE INDEX refresh_tokens_user_id_idx ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_idle_expires_at_idx ON refresh_tokens (idle_expires_at);
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);
CREATE INDEX refresh_tokens_ended_at_idx ON refresh_tokens (ended_at);
