//! Posts: what named accounts write for everybody to read.

mod account_data;
mod dto;
mod error;
pub mod handlers;
mod repository;
mod rows;
mod service;

use chrono::{DateTime, Utc};

use crate::ids::row_id;
use crate::text;
use crate::users::UserId;

pub use account_data::{ACCOUNT_DATA, ContributedPost};
pub use error::PostsError;
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

/// What is to be changed of a post.
#[derive(Debug, Clone)]
pub struct PostChange {
    /// Another title.
    pub title: Option<Title>,
    /// Another content.
    pub content: Option<Content>,
}

/// A post as everybody sees it.
#[derive(Debug, Clone)]
pub struct Post {
    /// Its number.
    pub post_id: i64,
    /// In NFC.
    pub title: String,
    /// In NFC.
    pub content: String,
    /// Who wrote it; nobody once the account is gone.
    pub author: Option<PostAuthor>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last changed, or written.
    pub updated_at: DateTime<Utc>,
}

/// Who wrote a post.
#[derive(Debug, Clone)]
pub struct PostAuthor {
    /// Which account.
    pub user_id: i64,
    /// As it is called now.
    pub nickname: String,
}

impl Post {
    fn is_by(&self, user_id: UserId) -> bool {
        let author = self.author.as_ref();
        author.is_some_and(|author| author.user_id == user_id.get())
    }
}
