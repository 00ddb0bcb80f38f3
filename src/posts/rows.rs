//! Rows of `posts`.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Content, Post, PostAuthor, PostId, Title};
use crate::db::UtcTime;
use crate::db::columns::number_columns;
use crate::db::schema::posts;
use crate::users::UserId;

number_columns!(PostId);

/// A new post.
#[derive(Insertable)]
#[diesel(table_name = posts)]
pub struct NewPostRow<'a> {
    pub author_id: UserId,
    pub title: &'a str,
    pub content: &'a str,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// A change; what is `None` stays.
#[derive(AsChangeset)]
#[diesel(table_name = posts)]
pub struct PostChangeRow<'a> {
    pub title: Option<&'a str>,
    pub content: Option<&'a str>,
    pub updated_at: UtcTime,
}

/// A post.
#[derive(Queryable)]
pub struct PostRow {
    post_id: PostId,
    author_id: Option<UserId>,
    title: String,
    content: String,
    created_at: UtcTime,
    updated_at: UtcTime,
}

/// A post, as an export of its author's account tells it.
#[derive(Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = posts)]
#[serde(rename_all = "camelCase")]
pub struct OwnPost {
    /// Its number.
    #[schema(value_type = i64, minimum = 1)]
    pub post_id: PostId,
    /// In NFC.
    #[schema(value_type = Title)]
    title: String,
    /// In NFC.
    #[schema(value_type = Content)]
    content: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When it was last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: UtcTime,
}

/// A post with its author's nickname.
impl From<(PostRow, Option<String>)> for Post {
    fn from((row, nickname): (PostRow, Option<String>)) -> Self {
        let author = row.author_id.zip(nickname);
        Self {
            post_id: row.post_id,
            title: row.title,
            content: row.content,
            author: author.map(|(user_id, nickname)| PostAuthor { user_id, nickname }),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
