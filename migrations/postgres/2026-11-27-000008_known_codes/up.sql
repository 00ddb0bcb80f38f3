-- Join codes that work in a client network, under HMACs of the two together: neither can be read from them.
-- They are let through when others in this network have used up its guesses. A row is forgotten after a day.
CREATE TABLE known_codes (
    code_key TEXT NOT NULL PRIMARY KEY,
    seen_at TIMESTAMP NOT NULL
);
CREATE INDEX known_codes_seen_at_idx ON known_codes (seen_at);
