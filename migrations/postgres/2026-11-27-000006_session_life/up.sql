-- What a session is about, in more words than its title.
ALTER TABLE sessions ADD COLUMN description TEXT NOT NULL DEFAULT '';
-- Who has opened it: it counts among the sessions of this account, whoever its super host is.
ALTER TABLE sessions ADD COLUMN opened_by BIGINT REFERENCES users (user_id) ON DELETE SET NULL;
UPDATE sessions SET opened_by = (
    SELECT user_id FROM participants
    WHERE participants.session_id = sessions.session_id AND participants.role = 'super_host'
);
CREATE INDEX sessions_opened_by_idx ON sessions (opened_by);
-- Of a deleted session the row stays: so its id and its join code are never given again. `delete_at` says when
-- the purge has something to do with it: when it is to be deleted, then while anything of it is left.
ALTER TABLE sessions ADD COLUMN deleted_at TIMESTAMP;
ALTER TABLE sessions ADD COLUMN delete_at TIMESTAMP;
CREATE INDEX sessions_delete_at_idx ON sessions (delete_at);
CREATE INDEX sessions_ended_at_idx ON sessions (deleted_at, ended_at);
CREATE INDEX sessions_expires_at_idx ON sessions (deleted_at, expires_at);

-- Since when somebody is a host, and since when somebody has left. Whoever has left keeps the row, and with it
-- what it counts for.
ALTER TABLE participants ADD COLUMN host_since TIMESTAMP;
UPDATE participants SET host_since = session_created_at WHERE role <> 'participant';
ALTER TABLE participants ADD COLUMN left_at TIMESTAMP;
ALTER TABLE participants DROP CONSTRAINT participants_counted_check;
ALTER TABLE participants ADD CONSTRAINT participants_counted_check CHECK (
    listed OR anonymous OR left_at IS NOT NULL
);
ALTER TABLE participants ADD CONSTRAINT participants_host_since_check CHECK (
    (role = 'participant') = (host_since IS NULL)
);
ALTER TABLE participants ADD CONSTRAINT participants_left_check CHECK (
    left_at IS NULL OR (role = 'participant' AND NOT listed)
);

-- Which question or reply an entry is about: its random id. Whose it was is written nowhere.
ALTER TABLE audit_events ADD COLUMN item_id TEXT;

-- Accounts of which the purge still removes what they have left behind. Their rows in `users` have no name and
-- no address any more.
CREATE TABLE account_deletions (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES users (user_id) ON DELETE CASCADE,
    deleted_at TIMESTAMP NOT NULL
);
CREATE INDEX account_deletions_deleted_at_idx ON account_deletions (deleted_at);
