ALTER TABLE replies DROP COLUMN edited_at;
ALTER TABLE replies DROP COLUMN revision;
ALTER TABLE questions DROP COLUMN edited_at;
ALTER TABLE questions DROP COLUMN revision;
