-- For exports: what someone likes, in order of its numbers. The indexes on authors of questions and
-- replies are in that order already: they end with the rowid, which the number is.
DROP INDEX question_likes_user_id_idx;
CREATE INDEX question_likes_of_user_idx ON question_likes (user_id, question_id);
DROP INDEX reply_likes_user_id_idx;
CREATE INDEX reply_likes_of_user_idx ON reply_likes (user_id, reply_id);
