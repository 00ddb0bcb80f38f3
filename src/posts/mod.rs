//! Posts: what named accounts write for everybody to read.

mod dto;
mod error;
pub mod handlers;
mod repository;
mod rows;
mod service;

use chrono::{DateTime, Utc};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::row_number;
use crate::text;
use crate::users::UserId;
use crate::validation::Invalid;

pub use error::PostsError;
pub use service::{BELONGINGS, PostsService};

/// In characters.
const MAX_TITLE: u32 = 200;
/// In characters.
const MAX_CONTENT: u32 = 20_000;

/// The number of a post, 1 or more; later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostId(i64);

impl PostId {
    /// Takes a number from a path in the one way it is written; `None` for what no post can have.
    pub fn parse(text: &str) -> Option<Self> {
        row_number::parse(text).map(Self)
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// The title of a post: 1 to 200 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// Takes a title as typed.
    ///
    /// # Errors
    /// Those of [`text::parse`].
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        text::parse(typed, MAX_TITLE).map(Self)
    }
}

impl PartialSchema for Title {
    fn schema() -> RefOr<Schema> {
        text::schema(MAX_TITLE)
    }
}

impl ToSchema for Title {}

/// What a post says: 1 to 20,000 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content(String);

impl Content {
    /// Takes a content as typed.
    ///
    /// # Errors
    /// Those of [`text::parse`].
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        text::parse(typed, MAX_CONTENT).map(Self)
    }
}

impl PartialSchema for Content {
    fn schema() -> RefOr<Schema> {
        text::schema(MAX_CONTENT)
    }
}

impl ToSchema for Content {}

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
    pub author: Option<Author>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last changed, or written.
    pub updated_at: DateTime<Utc>,
}

/// Some posts of a list.
#[derive(Debug)]
pub struct PostsPage {
    /// In order.
    pub posts: Vec<Post>,
    /// Whether others follow.
    pub has_more: bool,
}

/// Who wrote a post.
#[derive(Debug, Clone)]
pub struct Author {
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
