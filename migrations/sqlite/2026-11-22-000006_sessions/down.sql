ALTER TABLE audit_events DROP COLUMN subject_id;
ALTER TABLE audit_events DROP COLUMN session_id;
DROP TABLE reply_likes;
DROP TABLE question_likes;
DROP TABLE replies;
DROP TABLE questions;
DROP TABLE participants;
DROP TABLE sessions;
ALTER TABLE users DROP COLUMN contributed;
