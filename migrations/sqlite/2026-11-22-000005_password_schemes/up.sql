-- What a password hash costs to verify: the hash without salt and output. Accounts are counted by it,
-- so that an address without an account costs what one with an account does.
ALTER TABLE users ADD COLUMN password_scheme TEXT;
UPDATE users SET password_scheme = substr(password_hash, 1, 14 + instr(substr(password_hash, 16), '$'))
    WHERE password_hash IS NOT NULL;
CREATE INDEX users_password_scheme_idx ON users (password_scheme);

-- How many accounts have a hash of each scheme, as counted last.
CREATE TABLE password_schemes (
    scheme TEXT NOT NULL PRIMARY KEY,
    accounts BIGINT NOT NULL,
    CONSTRAINT password_schemes_accounts_check CHECK (accounts > 0)
);
INSERT INTO password_schemes SELECT password_scheme, count(*) FROM users
    WHERE password_scheme IS NOT NULL GROUP BY password_scheme;
