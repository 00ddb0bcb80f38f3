//! Posts: what named accounts write for everybody to read.

mod account_data;
mod dto;
mod error;
pub mod handlers;
mod repository;
mod rows;
mod service;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::UtcTime;
use crate::ids::row_id;
use crate::text;
use crate::users::{Nickname, UserId};

pub use account_data::ACCOUNT_DATA;
pub use error::PostsError;
pub use rows::OwnPost;
pub use service::PostsService;

row_id! {
    /// The number of a post, 1 or more; later ones are greater.
    PostId
}

text::bounded! {
    /// The title of a post: 1 to 200 characters.
    Title, 200
}

text::bounded! {
    /// What a post says: 1 to 20,000 characters.
    Content, 20_000
}

/// A new post.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = PostRequest)]
pub struct NewPost {
    title: Title,
    content: Content,
}

/// A change of a post; what is left out stays.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = PostChangeRequest)]
pub struct PostChange {
    title: Option<Title>,
    content: Option<Content>,
}

/// A post.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PostResponse)]
pub struct Post {
    /// Its number; later posts have greater ones.
    #[schema(value_type = i64, minimum = 1)]
    pub post_id: PostId,
    /// As it was typed, in NFC.
    #[schema(value_type = Title)]
    pub title: String,
    /// As it was typed, in NFC.
    #[schema(value_type = Content)]
    pub content: String,
    /// Null once the account is gone.
    #[schema(required)]
    pub author: Option<PostAuthor>,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    /// RFC 3339 in UTC; when it was written, until it is changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: UtcTime,
}

/// Who wrote it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PostAuthorResponse)]
pub struct PostAuthor {
    /// A random number; nothing can be read from its order.
    pub user_id: UserId,
    /// As the account is called now.
    #[schema(value_type = Nickname)]
    pub nickname: String,
}

impl Post {
    fn is_by(&self, user_id: UserId) -> bool {
        let author = self.author.as_ref();
        author.is_some_and(|author| author.user_id == user_id)
    }
}

impl PostChange {
    fn is_empty(&self) -> bool {
        self.title.is_none() && self.content.is_none()
    }

    /// Changes a post at `now`.
    fn apply(&self, post: &mut Post, now: DateTime<Utc>) {
        if let Some(title) = &self.title {
            post.title.clone_from(&title.0);
        }
        if let Some(content) = &self.content {
            post.content.clone_from(&content.0);
        }
        post.updated_at = now.into();
    }
}
