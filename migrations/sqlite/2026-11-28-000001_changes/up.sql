-- How often what others see of a session has changed, and what only its hosts see besides. The numbers are given
-- while the session's row is locked. A row bears those of its last change: `change` in what all see, `host_change`
-- in everything; the content_ columns leave out changes of its counts alone. 0: not since these columns exist.
ALTER TABLE sessions ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN host_change BIGINT NOT NULL DEFAULT 0;
-- Of what the session says of itself, and of what it counts.
ALTER TABLE sessions ADD COLUMN details_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN details_host_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN counts_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN counts_host_change BIGINT NOT NULL DEFAULT 0;

ALTER TABLE questions ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE questions ADD COLUMN host_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE questions ADD COLUMN content_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE questions ADD COLUMN content_host_change BIGINT NOT NULL DEFAULT 0;
CREATE INDEX questions_change_idx ON questions (session_id, change);
CREATE INDEX questions_host_change_idx ON questions (session_id, host_change);

-- The session of a reply is that of its question: it stands here for the indexes.
ALTER TABLE replies ADD COLUMN session_id TEXT;
UPDATE replies SET session_id = (
    SELECT questions.session_id FROM questions WHERE questions.question_id = replies.question_id
);
ALTER TABLE replies ALTER COLUMN session_id SET NOT NULL;
ALTER TABLE replies ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE replies ADD COLUMN host_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE replies ADD COLUMN content_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE replies ADD COLUMN content_host_change BIGINT NOT NULL DEFAULT 0;
CREATE INDEX replies_change_idx ON replies (session_id, change);
CREATE INDEX replies_host_change_idx ON replies (session_id, host_change);

-- The last changes of what has no row of its own: questions and replies that are gone; persons, whose name or part as
-- a host changed; and listings of persons among the participants. `question_id` is that of a reply that is gone.
-- `of_one_person` is when something changed last whose numbers would tell that it was one person's.
CREATE TABLE session_changes (
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    question_id TEXT,
    change BIGINT NOT NULL,
    host_change BIGINT NOT NULL,
    PRIMARY KEY (session_id, subject, subject_id),
    CONSTRAINT session_changes_subject_check CHECK (
        subject IN ('question', 'reply', 'person', 'listing', 'of_one_person')
    )
);
CREATE INDEX session_changes_change_idx ON session_changes (session_id, change);
CREATE INDEX session_changes_host_change_idx ON session_changes (session_id, host_change);

-- One row: to which history of the database numbers of changes belong. `timeline` is PostgreSQL's, which is another
-- one once a standby has taken over.
CREATE TABLE epochs (
    epoch_id BIGINT NOT NULL PRIMARY KEY,
    epoch TEXT NOT NULL,
    timeline TEXT,
    CONSTRAINT epochs_epoch_id_check CHECK (epoch_id = 1)
);

-- How many follow a session at each server. Only PostgreSQL has several; SQLite's server counts in memory.
CREATE TABLE session_listeners (
    session_id TEXT NOT NULL,
    server_id BIGINT NOT NULL,
    listeners BIGINT NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (session_id, server_id)
);
CREATE INDEX session_listeners_seen_at_idx ON session_listeners (seen_at);
