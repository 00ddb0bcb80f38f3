//! What becomes of someone's posts when something becomes of the account.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Content, Post, Title, repository};
use crate::users::UserId;
use crate::users::account_data::AccountData;
use crate::users::account_export::ExportPart;

/// An account's posts stay behind as nobody's. Guests have none.
pub const ACCOUNT_DATA: AccountData = AccountData {
    name: "posts",
    claim: None,
    erase: |conn, account, _| repository::update_author_to_nobody(conn, account),
    renamed: None,
    export,
};

/// Posts that are read at once: the longest takes 80 KB.
const POSTS: usize = 1;

/// A post in its author's export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContributedPost {
    /// Its number.
    #[schema(minimum = 1)]
    post_id: i64,
    /// In NFC.
    #[schema(value_type = Title)]
    title: String,
    /// In NFC.
    #[schema(value_type = Content)]
    content: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// When it was last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime<Utc>,
}

fn export(author: UserId) -> ExportPart {
    ExportPart::list(POSTS, move |conn, after, limit| {
        let posts = repository::list_by(conn, author, after, limit)?.into_iter();
        let keyed = posts.map(|post| (post.post_id, ContributedPost::from(post)));
        Ok(keyed.collect())
    })
}

impl From<Post> for ContributedPost {
    fn from(post: Post) -> Self {
        Self {
            post_id: post.post_id,
            title: post.title,
            content: post.content,
            created_at: post.created_at,
            updated_at: post.updated_at,
        }
    }
}
