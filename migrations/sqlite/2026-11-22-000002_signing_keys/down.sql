DROP TABLE secret_checks;
ALTER TABLE signing_keys DROP COLUMN signs_from;
