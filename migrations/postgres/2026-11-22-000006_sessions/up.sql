-- A guest that has asked, replied or liked somewhere: it is kept when nobody can be it any more.
ALTER TABLE users ADD COLUMN contributed BOOLEAN NOT NULL DEFAULT FALSE;

-- Q&A sessions. They are never deleted, so a join code is never given again.
-- The counts change with the rows that they count, in one transaction, while this row is locked.
-- `anonymous_count` says how often somebody has come in without a name. It never falls: else it would tell
-- which account a guest has become.
CREATE TABLE sessions (
    session_id TEXT NOT NULL PRIMARY KEY,
    join_code TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    listed_count BIGINT NOT NULL,
    anonymous_count BIGINT NOT NULL,
    question_count BIGINT NOT NULL,
    CONSTRAINT sessions_join_code_key UNIQUE (join_code),
    CONSTRAINT sessions_counts_check CHECK (
        listed_count >= 0 AND anonymous_count >= 0 AND question_count >= 0
    )
);

-- Who takes part. `listed`: under the nickname. `anonymous`: counted in the session's `anonymous_count`.
-- `session_created_at` is the session's, for the list of one's sessions.
CREATE TABLE participants (
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    user_id BIGINT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    listed BOOLEAN NOT NULL,
    anonymous BOOLEAN NOT NULL,
    session_created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (session_id, user_id),
    CONSTRAINT participants_role_check CHECK (role IN ('super_host', 'sub_host', 'participant')),
    CONSTRAINT participants_listed_check CHECK (listed OR role = 'participant'),
    CONSTRAINT participants_counted_check CHECK (listed OR anonymous)
);
CREATE UNIQUE INDEX participants_super_host_key ON participants (session_id) WHERE role = 'super_host';
CREATE INDEX participants_of_session_idx ON participants (session_id, listed, role DESC, user_id);
CREATE INDEX participants_of_user_idx ON participants (user_id, session_created_at, session_id);

-- What was asked. Where the account is gone, the question is nobody's, and anonymous.
CREATE TABLE questions (
    question_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    author_id BIGINT REFERENCES users (user_id),
    anonymous BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    pinned BOOLEAN NOT NULL,
    closed BOOLEAN NOT NULL,
    likes_count BIGINT NOT NULL,
    replies_count BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    CONSTRAINT questions_author_check CHECK (author_id IS NOT NULL OR anonymous),
    CONSTRAINT questions_counts_check CHECK (likes_count >= 0 AND replies_count >= 0)
);
CREATE INDEX questions_top_idx ON questions (session_id, pinned DESC, likes_count DESC, question_id DESC);
CREATE INDEX questions_new_idx ON questions (session_id, pinned DESC, question_id DESC);
CREATE INDEX questions_old_idx ON questions (session_id, pinned DESC, question_id);
CREATE INDEX questions_author_id_idx ON questions (author_id);

-- What was replied. Of a deleted reply the place stays: without text, author, likes and pin.
CREATE TABLE replies (
    reply_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    question_id BIGINT NOT NULL REFERENCES questions (question_id) ON DELETE CASCADE,
    author_id BIGINT REFERENCES users (user_id),
    anonymous BOOLEAN NOT NULL,
    body TEXT,
    pinned BOOLEAN NOT NULL,
    likes_count BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    CONSTRAINT replies_author_check CHECK (author_id IS NOT NULL OR anonymous),
    CONSTRAINT replies_likes_count_check CHECK (likes_count >= 0),
    CONSTRAINT replies_deleted_check CHECK (
        body IS NOT NULL OR (author_id IS NULL AND NOT pinned AND likes_count = 0)
    )
);
CREATE INDEX replies_question_id_idx ON replies (question_id, pinned DESC, reply_id);
CREATE INDEX replies_author_id_idx ON replies (author_id);

-- Who likes what.
CREATE TABLE question_likes (
    question_id BIGINT NOT NULL REFERENCES questions (question_id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users (user_id),
    PRIMARY KEY (question_id, user_id)
);
CREATE INDEX question_likes_user_id_idx ON question_likes (user_id);
CREATE TABLE reply_likes (
    reply_id BIGINT NOT NULL REFERENCES replies (reply_id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users (user_id),
    PRIMARY KEY (reply_id, user_id)
);
CREATE INDEX reply_likes_user_id_idx ON reply_likes (user_id);

-- Plan for a thousand questions and participants in a session: PostgreSQL keeps one plan for all sessions, and the
-- one for an average session, which has a few, reads all of a large one and sorts it.
ALTER TABLE participants ALTER COLUMN session_id SET (n_distinct = -0.001);
ALTER TABLE questions ALTER COLUMN session_id SET (n_distinct = -0.001);

-- What was done to a session: which one, and to whom.
ALTER TABLE audit_events ADD COLUMN session_id TEXT;
ALTER TABLE audit_events ADD COLUMN subject_id BIGINT;
