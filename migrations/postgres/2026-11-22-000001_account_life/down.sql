DROP INDEX audit_events_user_id_idx;
ALTER TABLE users DROP COLUMN admin;

DELETE FROM refresh_tokens WHERE user_id IS NULL;
ALTER TABLE refresh_tokens
    DROP COLUMN brief,
    DROP CONSTRAINT refresh_tokens_user_id_check,
    ALTER COLUMN user_id SET NOT NULL,
    DROP CONSTRAINT refresh_tokens_user_id_fkey,
    ADD CONSTRAINT refresh_tokens_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;
