-- What an account is, said by a column of its own: a named account without a password is no guest.
ALTER TABLE users ADD COLUMN kind TEXT NOT NULL DEFAULT 'named';
UPDATE users SET kind = 'guest' WHERE nickname IS NULL;
ALTER TABLE users DROP CONSTRAINT users_kind_check;
ALTER TABLE users ADD CONSTRAINT users_kind_check CHECK (
    kind IN ('named', 'guest')
    AND (kind = 'named') = (email IS NOT NULL)
    AND (kind = 'named') = (email_folded IS NOT NULL)
    AND (kind = 'named') = (nickname IS NOT NULL)
    AND (kind = 'named') = (nickname_folded IS NOT NULL)
    AND (kind = 'named' OR password_hash IS NULL)
);
