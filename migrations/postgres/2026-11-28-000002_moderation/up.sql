-- What a session allows. `blocked_words` are as they were typed, one a line. `labels` is JSON: what questions can be
-- sorted under. `current_question` is the random id of the question that is being answered now.
ALTER TABLE sessions ADD COLUMN questions_setting TEXT NOT NULL DEFAULT 'open'
    CONSTRAINT sessions_questions_setting_check CHECK (
        questions_setting IN ('open', 'review', 'review_anonymous', 'closed')
    );
ALTER TABLE sessions ADD COLUMN replies_setting TEXT NOT NULL DEFAULT 'open'
    CONSTRAINT sessions_replies_setting_check CHECK (
        replies_setting IN ('open', 'review', 'review_anonymous', 'hosts', 'closed')
    );
ALTER TABLE sessions ADD COLUMN likes_setting BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE sessions ADD COLUMN names_setting TEXT NOT NULL DEFAULT 'optional'
    CONSTRAINT sessions_names_setting_check CHECK (names_setting IN ('optional', 'required', 'hidden'));
ALTER TABLE sessions ADD COLUMN slow_mode BIGINT NOT NULL DEFAULT 0
    CONSTRAINT sessions_slow_mode_check CHECK (slow_mode BETWEEN 0 AND 3600);
ALTER TABLE sessions ADD COLUMN blocked_words TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN use_instance_words BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE sessions ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE sessions ADD COLUMN current_question BYTEA;
-- `question_count` counts all questions, `shown_count` those that everybody sees, `pending_count` the questions and
-- replies that wait for review; `pending_change` is when that changed last, as hosts count.
ALTER TABLE sessions ADD COLUMN shown_count BIGINT NOT NULL DEFAULT 0
    CONSTRAINT sessions_shown_count_check CHECK (shown_count >= 0);
UPDATE sessions SET shown_count = question_count;
ALTER TABLE sessions ADD COLUMN pending_count BIGINT NOT NULL DEFAULT 0
    CONSTRAINT sessions_pending_count_check CHECK (pending_count >= 0);
ALTER TABLE sessions ADD COLUMN pending_change BIGINT NOT NULL DEFAULT 0;

-- Whether others see a question: `shown` is approved and not merged, in front of the indexes of the lists, because
-- partial indexes are not used with bound values. `merged_count` questions were merged into it. `label_ids` has the
-- random ids of labels in a row. The replies_ columns bear the number of when replies to it became visible or moved.
ALTER TABLE questions ADD COLUMN review TEXT NOT NULL DEFAULT 'approved'
    CONSTRAINT questions_review_check CHECK (review IN ('approved', 'pending', 'dismissed'));
ALTER TABLE questions ADD COLUMN shown BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE questions ADD COLUMN merged_into BIGINT REFERENCES questions (question_id) ON DELETE CASCADE;
ALTER TABLE questions ADD COLUMN merged_count BIGINT NOT NULL DEFAULT 0
    CONSTRAINT questions_merged_count_check CHECK (merged_count >= 0);
ALTER TABLE questions ADD COLUMN label_ids TEXT NOT NULL DEFAULT '';
ALTER TABLE questions ADD COLUMN replies_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE questions ADD COLUMN replies_host_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE questions ADD CONSTRAINT questions_shown_check CHECK (
    shown = (review = 'approved' AND merged_into IS NULL)
);
DROP INDEX questions_top_idx;
DROP INDEX questions_new_idx;
DROP INDEX questions_old_idx;
CREATE INDEX questions_top_idx ON questions (session_id, shown, pinned DESC, likes_count DESC, question_id DESC);
CREATE INDEX questions_new_idx ON questions (session_id, shown, pinned DESC, question_id DESC);
CREATE INDEX questions_old_idx ON questions (session_id, shown, pinned DESC, question_id);
CREATE INDEX questions_review_idx ON questions (session_id, review, question_id);
CREATE INDEX questions_merged_into_idx ON questions (merged_into);

ALTER TABLE replies ADD COLUMN review TEXT NOT NULL DEFAULT 'approved'
    CONSTRAINT replies_review_check CHECK (review IN ('approved', 'pending', 'dismissed'));
CREATE INDEX replies_review_idx ON replies (session_id, review, reply_id);

-- Gone for all (`question`, `reply`), hidden from all but hosts (`hidden_…`), gone where hosts alone saw it (`unseen_…`).
ALTER TABLE session_changes DROP CONSTRAINT session_changes_subject_check;
ALTER TABLE session_changes ADD CONSTRAINT session_changes_subject_check CHECK (
    subject IN (
        'question', 'reply', 'hidden_question', 'hidden_reply', 'unseen_question', 'unseen_reply', 'person', 'listing',
        'of_one_person', 'unseen_of_one_person'
    )
);

-- When somebody asked or replied last, for slow mode; and how somebody is muted: by something under the nickname, or
-- by something anonymous. As long as there is a row in `mutes`.
ALTER TABLE participants ADD COLUMN contributed_at TIMESTAMP;
ALTER TABLE participants ADD COLUMN muted_by_name BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE participants ADD COLUMN muted_anonymously BOOLEAN NOT NULL DEFAULT FALSE;

-- What hosts have muted somebody by: one row for each question or reply. `anonymous`: it bore no name, and the mute
-- holds for what its author does without one. Nobody's, where that account is gone.
CREATE TABLE mutes (
    mute_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id BYTEA NOT NULL,
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    user_id BIGINT REFERENCES users (user_id) ON DELETE SET NULL,
    anonymous BOOLEAN NOT NULL,
    question_id BIGINT REFERENCES questions (question_id) ON DELETE SET NULL,
    reply_id BIGINT REFERENCES replies (reply_id) ON DELETE SET NULL,
    muted_at TIMESTAMP NOT NULL,
    muted_by BIGINT REFERENCES users (user_id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX mutes_public_id_key ON mutes (public_id);
CREATE INDEX mutes_session_id_idx ON mutes (session_id, mute_id);
CREATE INDEX mutes_user_id_idx ON mutes (user_id, session_id);
CREATE UNIQUE INDEX mutes_question_id_key ON mutes (question_id);
CREATE UNIQUE INDEX mutes_reply_id_key ON mutes (reply_id);
CREATE INDEX mutes_muted_by_idx ON mutes (muted_by);
