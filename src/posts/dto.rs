//! Posts as they travel.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Content, NewPost, Post, PostChange, Title};
use crate::http::{Fields, FromFields, ListCursors};
use crate::paging::Page;

/// Every post that is composed, also where each character is escaped as two halves of six bytes:
/// 242,400 bytes. What is both decomposed and escaped may be longer; unescaped it fits.
const MAX_BYTES: usize = 256 * 1024;

impl FromFields for NewPost {
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

impl FromFields for PostChange {
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

/// Posts, the newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostsResponse {
    /// At most `limit`; fewer where they are long.
    posts: Vec<Post>,
    /// For `cursor`, to go on; null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl PostsResponse {
    /// These, and the way to those that follow.
    pub fn new(page: Page<Post>, cursors: &ListCursors) -> Self {
        let next_cursor = page.end().map(|post| cursors.behind(&post.post_id));
        Self {
            posts: page.entries,
            next_cursor,
        }
    }
}
