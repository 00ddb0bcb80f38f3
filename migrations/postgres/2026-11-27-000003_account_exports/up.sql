-- For exports: what someone wrote and likes, in order of its numbers. They serve whoever asked for the
-- account alone, too.
DROP INDEX questions_author_id_idx;
CREATE INDEX questions_of_author_idx ON questions (author_id, question_id);
DROP INDEX replies_author_id_idx;
CREATE INDEX replies_of_author_idx ON replies (author_id, reply_id);
DROP INDEX question_likes_user_id_idx;
CREATE INDEX question_likes_of_user_idx ON question_likes (user_id, question_id);
DROP INDEX reply_likes_user_id_idx;
CREATE INDEX reply_likes_of_user_idx ON reply_likes (user_id, reply_id);
