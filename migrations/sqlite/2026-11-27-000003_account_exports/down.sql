DROP INDEX question_likes_of_user_idx;
CREATE INDEX question_likes_user_id_idx ON question_likes (user_id);
DROP INDEX reply_likes_of_user_idx;
CREATE INDEX reply_likes_user_id_idx ON reply_likes (user_id);
