//! Statements on `posts`.

use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::prelude::*;

use super::rows::{NewPostRow, OwnPost, PostChangeRow, PostRow};
use super::{NewPost, Post, PostChange, PostId};
use crate::db::columns::columns_of;
use crate::db::schema::{posts, users};
use crate::db::{DbConn, DbError, dialect};
use crate::users::UserId;

/// Writes a post and tells its number.
pub fn insert(
    conn: &mut DbConn,
    author: UserId,
    new: &NewPost,
    now: DateTime<Utc>,
) -> Result<PostId, DbError> {
    let row = NewPostRow {
        author_id: author,
        title: &new.title.0,
        content: &new.content.0,
        created_at: now.into(),
        updated_at: now.into(),
    };
    let inserted = diesel::insert_into(posts::table).values(row);
    Ok(inserted.returning(posts::post_id).get_result(conn)?)
}

/// The post with this number.
pub fn find(conn: &mut DbConn, post_id: PostId) -> Result<Option<Post>, DbError> {
    let row: Option<(PostRow, _)> = posts::table
        .find(post_id)
        .left_join(users::table)
        .select((posts::all_columns, users::nickname.nullable()))
        .get_result(conn)
        .optional()?;
    Ok(row.map(Post::from))
}

/// Locks the post's row, if there is one, until the transaction ends.
pub fn lock(conn: &mut DbConn, post_id: PostId) -> Result<(), DbError> {
    let row = posts::table.find(post_id).select(posts::post_id);
    Ok(dialect::lock!(conn, row)?)
}

/// At most `limit` posts with smaller numbers than `before`, the newest first.
pub fn list(conn: &mut DbConn, before: Option<PostId>, limit: i64) -> Result<Vec<Post>, DbError> {
    let before = before.map_or(i64::MAX, PostId::get);
    let rows: Vec<(PostRow, _)> = posts::table
        .left_join(users::table)
        .filter(posts::post_id.lt(before))
        .order(posts::post_id.desc())
        .limit(limit)
        .select((posts::all_columns, users::nickname.nullable()))
        .load(conn)?;
    Ok(rows.into_iter().map(Post::from).collect())
}

/// How many posts an account has.
pub fn count_by(conn: &mut DbConn, author: UserId) -> Result<i64, DbError> {
    let theirs = posts::table.filter(posts::author_id.eq(author));
    Ok(theirs.count().get_result(conn)?)
}

/// At most `limit` posts of an account with greater numbers than `after`, the oldest first.
pub fn list_by(
    conn: &mut DbConn,
    author: UserId,
    after: Option<PostId>,
    limit: i64,
) -> Result<Vec<OwnPost>, DbError> {
    let theirs = posts::table
        .filter(posts::author_id.eq(author))
        .filter(posts::post_id.gt(after.map_or(0, PostId::get)))
        .order(posts::post_id)
        .limit(limit)
        .select(columns_of::<OwnPost>());
    Ok(theirs.load(conn)?)
}

/// Changes a post.
pub fn update(
    conn: &mut DbConn,
    post_id: PostId,
    change: &PostChange,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let row = PostChangeRow {
        title: change.title.as_ref().map(|it| it.0.as_str()),
        content: change.content.as_ref().map(|it| it.0.as_str()),
        updated_at: now.into(),
    };
    let post = posts::table.find(post_id);
    diesel::update(post).set(row).execute(conn)?;
    Ok(())
}

/// Takes an account out of at most `limit` of its posts, and counts them.
pub fn update_author_to_nobody(
    conn: &mut DbConn,
    author: UserId,
    limit: i64,
) -> Result<usize, DbError> {
    let some = alias!(posts as some);
    let ids = some
        .filter(some.field(posts::author_id).eq(author))
        .limit(limit)
        .select(some.field(posts::post_id));
    let theirs = posts::table.filter(posts::post_id.eq_any(ids));
    let nobodys = diesel::update(theirs).set(posts::author_id.eq(None::<UserId>));
    Ok(nobodys.execute(conn)?)
}

/// Deletes a post.
pub fn delete(conn: &mut DbConn, post_id: PostId) -> Result<(), DbError> {
    diesel::delete(posts::table.find(post_id)).execute(conn)?;
    Ok(())
}
