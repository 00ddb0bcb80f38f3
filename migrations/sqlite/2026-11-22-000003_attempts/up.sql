-- Guesses at passwords that count, under HMACs of the address together with whom they came from, or of
-- the address alone. A row is forgotten a day after its last guess.
CREATE TABLE attempts (
    attempt_key TEXT NOT NULL PRIMARY KEY,
    counted BIGINT NOT NULL,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL,
    CONSTRAINT attempts_counted_check CHECK (counted >= 0)
);
CREATE INDEX attempts_last_at_idx ON attempts (last_at);

-- Of what was typed where there is no account: an HMAC, never the address.
ALTER TABLE audit_events ADD COLUMN address_hash TEXT;
