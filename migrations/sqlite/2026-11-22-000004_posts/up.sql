-- What named accounts have written for everybody. Where the account is gone, the post is nobody's.
CREATE TABLE posts (
    post_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    author_id BIGINT REFERENCES users (user_id),
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX posts_author_id_idx ON posts (author_id);
