//! Questions of a session, replies to them, and who likes what.

mod account_data;
mod dto;
mod error;
pub mod handlers;
mod repository;
mod rows;
mod service;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{EnumString, VariantNames};
use utoipa::ToSchema;

use crate::ids::row_id;
use crate::paging::Page;
use crate::sessions::SessionId;
use crate::text;

pub use account_data::{ACCOUNT_DATA, QuestionContributions};
pub use error::QuestionsError;
pub use service::QuestionsService;

row_id! {
    /// The number of a question, 1 or more; later ones are greater.
    QuestionId
}

row_id! {
    /// The number of a reply, 1 or more; later ones are greater.
    ReplyId
}

text::bounded! {
    /// The words of a question or a reply: 1 to 500 characters.
    Body, 500
}

/// A question or a reply that is to be written.
#[derive(Debug, Clone)]
pub struct Contribution {
    /// What it says.
    pub body: Body,
    /// Whether nobody is to see who wrote it; of a guest nobody ever sees it.
    pub is_anonymous: bool,
}

/// What questions and replies have in common, as whoever asks sees it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// In NFC. Nothing is left of a deleted reply.
    pub body: Option<String>,
    /// Whether hosts have put it first.
    pub is_pinned: bool,
    /// How many like it.
    pub likes_count: i64,
    /// Whether whoever asks likes it.
    pub is_liked: bool,
    /// Whether whoever asks wrote it.
    pub is_mine: bool,
    /// Who wrote it, where that is to be seen.
    pub author: Option<ContributionAuthor>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When its words were last changed, or written.
    pub updated_at: DateTime<Utc>,
}

/// Who wrote something under a nickname.
#[derive(Debug, Clone)]
pub struct ContributionAuthor {
    /// Which account.
    pub user_id: i64,
    /// As it is called now.
    pub nickname: String,
    /// Whether it is a host of the session now.
    pub is_host: bool,
}

/// A question as whoever asks sees it.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its number.
    pub question_id: i64,
    /// Where it was asked.
    pub session_id: SessionId,
    /// Whether hosts have closed it.
    pub is_closed: bool,
    /// How many living replies it has.
    pub replies_count: i64,
    /// The rest.
    pub entry: Entry,
}

impl Question {
    /// Whether its author cannot change it any more.
    fn is_settled(&self) -> bool {
        self.is_closed || self.replies_count > 0
    }
}

/// A reply as whoever asks sees it.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its number.
    pub reply_id: i64,
    /// To which question.
    pub question_id: i64,
    /// The rest.
    pub entry: Entry,
}

/// Whether someone likes something, and how many do.
#[derive(Debug, Clone, Copy)]
pub struct Liking {
    /// Whether whoever asks does.
    pub is_liked: bool,
    /// How many do.
    pub likes_count: i64,
}

/// In which order questions are listed; pinned ones always come first.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
    EnumString,
    VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Sort {
    /// The most liked ones first; of those that are liked alike, the newest.
    #[default]
    Top,
    /// The newest first.
    New,
    /// The oldest first.
    Old,
}

/// Which questions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ToSchema, EnumString, VariantNames)]
#[schema(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum State {
    /// Those that hosts have not closed.
    Open,
    /// Those that hosts have closed.
    Closed,
    /// All.
    #[default]
    All,
}

/// Where a question stands in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionCursor {
    /// In which list.
    pub sort: Sort,
    /// Whether it is pinned.
    pub pinned: bool,
    /// How many like it.
    pub likes: i64,
    /// Its number.
    pub id: i64,
}

impl QuestionCursor {
    /// Of this question, in the list of this order.
    pub fn of(question: &Question, sort: Sort) -> Self {
        Self {
            sort,
            pinned: question.entry.is_pinned,
            likes: question.entry.likes_count,
            id: question.question_id,
        }
    }
}

/// Which part of which list is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Listing {
    /// In which order.
    pub sort: Sort,
    /// Of which questions.
    pub state: State,
    /// Behind which one.
    pub after: Option<QuestionCursor>,
    /// How many at most.
    pub limit: usize,
}

/// A question with some of its replies.
#[derive(Debug)]
pub struct Thread {
    /// The question.
    pub question: Question,
    /// Pinned ones first, then the oldest.
    pub replies: Page<Reply>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_the_words_that_are_read() {
        text::assert_documented::<Sort>();
        text::assert_documented::<State>();
    }
}
