//! Posts as they travel.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Content, Post, PostAuthor, PostChange, Title};
use crate::http::{Fields, FromFields, cursor_behind};
use crate::paging::Page;
use crate::users::Nickname;

/// Every post that is composed, also where each character is escaped as two halves of six bytes:
/// 242,400 bytes. What is both decomposed and escaped may be longer; unescaped it fits.
const MAX_BYTES: usize = 256 * 1024;

/// A new post.
#[derive(ToSchema)]
pub struct PostRequest {
    pub title: Title,
    pub content: Content,
}

impl FromFields for PostRequest {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let title = fields.required("title", Title::parse);
        let content = fields.required("content", Content::parse);
        Some(Self {
            title: title?,
            content: content?,
        })
    }
}

/// A change of a post; what is left out stays.
#[derive(ToSchema)]
pub struct PostChangeRequest {
    pub title: Option<Title>,
    pub content: Option<Content>,
}

impl FromFields for PostChangeRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = true;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let title = fields.optional("title", Title::parse);
        let content = fields.optional("content", Content::parse);
        Some(Self {
            title: title?,
            content: content?,
        })
    }
}

impl From<PostChangeRequest> for PostChange {
    fn from(request: PostChangeRequest) -> Self {
        Self {
            title: request.title,
            content: request.content,
        }
    }
}

/// A post.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostResponse {
    /// Its number; later posts have greater ones.
    #[schema(minimum = 1)]
    post_id: i64,
    /// As it was typed, in NFC.
    #[schema(value_type = Title)]
    title: String,
    /// As it was typed, in NFC.
    #[schema(value_type = Content)]
    content: String,
    /// Null once the account is gone.
    #[schema(required)]
    author: Option<PostAuthorResponse>,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// RFC 3339 in UTC; when it was written, until it is changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime<Utc>,
}

/// Who wrote it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PostAuthorResponse {
    /// A random number; nothing can be read from its order.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    user_id: i64,
    /// As the account is called now.
    #[schema(value_type = Nickname)]
    nickname: String,
}

/// Posts, the newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostsResponse {
    /// At most `limit`; fewer where they are long.
    posts: Vec<PostResponse>,
    /// For `cursor`, to go on; null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl From<PostAuthor> for PostAuthorResponse {
    fn from(author: PostAuthor) -> Self {
        Self {
            user_id: author.user_id,
            nickname: author.nickname,
        }
    }
}

impl From<Post> for PostResponse {
    fn from(post: Post) -> Self {
        Self {
            post_id: post.post_id,
            title: post.title,
            content: post.content,
            author: post.author.map(PostAuthorResponse::from),
            created_at: post.created_at,
            updated_at: post.updated_at,
        }
    }
}

impl PostsResponse {
    /// These, and the way to those that follow.
    pub fn new(page: Page<Post>) -> Self {
        let next_cursor = page.end().map(|post| cursor_behind(&post.post_id));
        Self {
            posts: page.entries.into_iter().map(PostResponse::from).collect(),
            next_cursor,
        }
    }
}
