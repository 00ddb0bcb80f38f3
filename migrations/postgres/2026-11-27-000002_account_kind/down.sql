-- Fails while there is a named account without a password, which the release before does not know.
ALTER TABLE users DROP CONSTRAINT users_kind_check;
ALTER TABLE users ADD CONSTRAINT users_kind_check CHECK (
    (email IS NULL) = (email_folded IS NULL)
    AND (email IS NULL) = (nickname IS NULL)
    AND (email IS NULL) = (nickname_folded IS NULL)
    AND (email IS NULL) = (password_hash IS NULL)
);
ALTER TABLE users DROP COLUMN kind;
