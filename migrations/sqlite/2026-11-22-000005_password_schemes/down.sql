DROP TABLE password_schemes;
DROP INDEX users_password_scheme_idx;
ALTER TABLE users DROP COLUMN password_scheme;
