-- Given by the command line alone.
ALTER TABLE users ADD COLUMN admin BOOLEAN NOT NULL DEFAULT FALSE;

-- A login that has ended outlives its account, without a name: as long as its access tokens could.
-- SQLite changes no column, so the table is made anew.
CREATE TABLE new_refresh_tokens (
    login_id TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT REFERENCES users (user_id) ON DELETE SET NULL,
    generation BIGINT NOT NULL,
    previous BIGINT,
    rotated_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    idle_expires_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    user_agent TEXT,
    ip TEXT,
    -- Ends after a day without use: a guest's, who has nothing to lose.
    brief BOOLEAN NOT NULL DEFAULT FALSE,
    CONSTRAINT refresh_tokens_generation_check CHECK (
        generation BETWEEN 0 AND 4294967295 AND (previous IS NULL OR previous < generation)
    ),
    CONSTRAINT refresh_tokens_user_id_check CHECK (user_id IS NOT NULL OR ended_at IS NOT NULL)
);
INSERT INTO new_refresh_tokens SELECT *, FALSE FROM refresh_tokens;
DROP TABLE refresh_tokens;
ALTER TABLE new_refresh_tokens RENAME TO refresh_tokens;
CREATE INDEX refresh_tokens_user_id_idx ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_idle_expires_at_idx ON refresh_tokens (idle_expires_at);
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);
CREATE INDEX refresh_tokens_ended_at_idx ON refresh_tokens (ended_at);

-- For whoever asks for everything that is stored about them.
CREATE INDEX audit_events_user_id_idx ON audit_events (user_id);
