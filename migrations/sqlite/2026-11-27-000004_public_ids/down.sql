DROP INDEX replies_public_id_key;
ALTER TABLE replies DROP COLUMN public_id;
DROP INDEX questions_public_id_key;
ALTER TABLE questions DROP COLUMN public_id;
