-- Given by the command line alone.
ALTER TABLE users ADD COLUMN admin BOOLEAN NOT NULL DEFAULT FALSE;

-- A login that has ended outlives its account, without a name: as long as its access tokens could.
-- `brief`: ends after a day without use: a guest's, who has nothing to lose.
ALTER TABLE refresh_tokens
    ADD COLUMN brief BOOLEAN NOT NULL DEFAULT FALSE,
    ALTER COLUMN user_id DROP NOT NULL,
    DROP CONSTRAINT refresh_tokens_user_id_fkey,
    ADD CONSTRAINT refresh_tokens_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE SET NULL,
    ADD CONSTRAINT refresh_tokens_user_id_check CHECK (user_id IS NOT NULL OR ended_at IS NOT NULL);

-- For whoever asks for everything that is stored about them.
CREATE INDEX audit_events_user_id_idx ON audit_events (user_id);
