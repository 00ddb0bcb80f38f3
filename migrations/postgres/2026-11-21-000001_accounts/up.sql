-- Accounts. A named account has all of e-mail, nickname and password; a guest has none of them.
-- The folded columns hold the form under which two spellings are the same.
CREATE TABLE users (
    user_id BIGINT NOT NULL PRIMARY KEY,
    email TEXT,
    email_folded TEXT,
    nickname TEXT,
    nickname_folded TEXT,
    password_hash TEXT,
    active BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT users_email_folded_key UNIQUE (email_folded),
    CONSTRAINT users_nickname_folded_key UNIQUE (nickname_folded),
    CONSTRAINT users_kind_check CHECK (
        (email IS NULL) = (email_folded IS NULL)
        AND (email IS NULL) = (nickname IS NULL)
        AND (email IS NULL) = (nickname_folded IS NULL)
        AND (email IS NULL) = (password_hash IS NULL)
    ),
    CONSTRAINT users_user_id_check CHECK (user_id BETWEEN 1 AND 9007199254740991)
);

-- One row per login: one signed-in device. No secret is stored; a token is proved by its MAC.
CREATE TABLE refresh_tokens (
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
CREATE INDEX refresh_tokens_user_id_idx ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_idle_expires_at_idx ON refresh_tokens (idle_expires_at);
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);
CREATE INDEX refresh_tokens_ended_at_idx ON refresh_tokens (ended_at);

-- The keys that sign access tokens. The private half is encrypted under the master secret.
CREATE TABLE signing_keys (
    key_id TEXT NOT NULL PRIMARY KEY,
    public_key BYTEA NOT NULL,
    encrypted_private_key BYTEA NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- Who did what, when, from where. Entries outlive the account, so nothing refers to it; the words
-- of `action` grow with the code, so no CHECK lists them.
CREATE TABLE audit_events (
    audit_event_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at TIMESTAMP NOT NULL,
    action TEXT NOT NULL,
    user_id BIGINT,
    login_id TEXT,
    ip TEXT
);
CREATE INDEX audit_events_occurred_at_idx ON audit_events (occurred_at);
