-- How often the words were changed, and when last: what others have judged is told by it.
ALTER TABLE questions ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE questions ADD COLUMN edited_at TIMESTAMP;
ALTER TABLE replies ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE replies ADD COLUMN edited_at TIMESTAMP;
