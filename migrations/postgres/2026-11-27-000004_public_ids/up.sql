-- What the API tells of a question or a reply: 16 random bytes. The numbers of rows count what the whole
-- server has, so they are told to nobody.
ALTER TABLE questions ADD COLUMN public_id BYTEA;
UPDATE questions SET public_id = decode(md5(gen_random_uuid()::text || gen_random_uuid()::text), 'hex');
ALTER TABLE questions ALTER COLUMN public_id SET NOT NULL;
CREATE UNIQUE INDEX questions_public_id_key ON questions (public_id);
ALTER TABLE replies ADD COLUMN public_id BYTEA;
UPDATE replies SET public_id = decode(md5(gen_random_uuid()::text || gen_random_uuid()::text), 'hex');
ALTER TABLE replies ALTER COLUMN public_id SET NOT NULL;
CREATE UNIQUE INDEX replies_public_id_key ON replies (public_id);
