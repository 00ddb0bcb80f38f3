//! Questions of a session, replies to them, and who likes what.

mod account_data;
mod dto;
mod error;
mod followed;
pub mod handlers;
mod purge;
mod repository;
mod rows;
mod service;
mod viewer;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;

use crate::changes::Position;
use crate::db::UtcTime;
use crate::ids::{random_id, row_id};
use crate::paging::Page;
use crate::sessions::SessionId;
use crate::text;
use crate::users::{Nickname, UserId};

pub use account_data::{ACCOUNT_DATA, QuestionContributions};
pub use error::QuestionsError;
pub use followed::{
    Changed, ItemCounts, QuestionEvent, ReplyEvent, list_changed_questions, list_changed_replies,
    list_named_authors,
};
pub use purge::{PURGE_CONTENTS, PURGE_GUESTS};
pub use service::QuestionsService;
pub use viewer::Viewer;

random_id! {
    /// The random id of a question, by which it is told.
    QuestionId
}

random_id! {
    /// The random id of a reply, by which it is told.
    ReplyId
}

row_id! {
    /// The number of a question's row: later ones are greater. It is told to nobody, because it
    /// counts the questions of all sessions.
    QuestionNumber
}

row_id! {
    /// The same of a reply.
    ReplyNumber
}

/// Where something is written or changed.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// A question in this session.
    Session(SessionId),
    /// This question, or a reply to it.
    Question(QuestionId),
    /// This reply.
    Reply(ReplyId),
}

text::bounded! {
    /// The words of a question or a reply: 1 to 500 characters.
    Body, 500
}

/// A new question or reply.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = ContributionRequest)]
pub struct Contribution {
    body: Body,
    /// Whether nobody is to see who wrote it; false where it is not said. Of a guest nobody ever
    /// sees it.
    #[schema(value_type = Option<bool>)]
    pub anonymous: bool,
}

impl Contribution {
    /// These words; `anonymous`: nobody is to see who wrote them.
    pub fn new(body: Body, anonymous: bool) -> Self {
        Self { body, anonymous }
    }
}

/// What questions and replies have in common, whoever asks.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ContentResponse)]
pub struct Content {
    /// Whether hosts have put it first.
    pub pinned: bool,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    /// When its words were last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: UtcTime,
    /// When its words were last changed; null while they are as they were written.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub edited_at: Option<UtcTime>,
    /// How often its words were changed.
    #[schema(minimum = 0)]
    pub revision: i64,
    /// Of nulls where it is anonymous.
    pub author: ContributionAuthor,
}

/// What questions and replies have in common, as whoever asks sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EntryResponse)]
pub struct Entry {
    #[serde(flatten)]
    content: Content,
    /// How many like it.
    #[schema(minimum = 0)]
    pub likes_count: i64,
    /// Whether I like it.
    pub liked: bool,
    /// Whether I wrote it.
    pub is_owner: bool,
    /// Whether I may change its words now.
    pub can_edit: bool,
    /// Whether I may delete it now.
    pub can_delete: bool,
}

/// Who wrote it.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ContributorResponse)]
pub struct ContributionAuthor {
    /// Null where it is anonymous.
    #[schema(required)]
    pub user_id: Option<UserId>,
    /// As the account is called now; null where it is anonymous.
    #[schema(required, value_type = Option<Nickname>)]
    pub nickname: Option<String>,
    /// Whether it is a host of the session now; false where it is anonymous.
    pub is_host: bool,
}

/// A question.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = QuestionResponse)]
pub struct Question {
    /// Cannot be guessed.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub question_id: QuestionId,
    #[serde(skip)]
    number: QuestionNumber,
    /// Where it was asked.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub session_id: SessionId,
    /// Whether hosts have closed it: its author cannot change it any more.
    pub closed: bool,
    /// Living ones.
    #[schema(minimum = 0)]
    pub replies_count: i64,
    /// As it was typed, in NFC.
    #[schema(value_type = Body)]
    pub body: String,
    #[serde(flatten)]
    entry: Entry,
}

/// A reply. Of a deleted one the place stays: without words, author and likes.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReplyResponse)]
pub struct Reply {
    /// Cannot be guessed.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub reply_id: ReplyId,
    #[serde(skip)]
    number: ReplyNumber,
    /// To which question.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub question_id: QuestionId,
    #[serde(skip)]
    question: QuestionNumber,
    /// Whether nothing but its place is left.
    pub deleted: bool,
    /// As it was typed, in NFC; null where it was deleted.
    #[schema(required, value_type = Option<Body>)]
    pub body: Option<String>,
    #[serde(flatten)]
    entry: Entry,
}

/// Whether I like something, and how many do.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LikeResponse)]
pub struct Liking {
    /// Whether I do.
    pub liked: bool,
    /// How many do.
    #[schema(minimum = 0)]
    pub likes_count: i64,
}

/// In which order questions are listed; pinned ones always come first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, ToSchema, EnumString, IntoStaticStr, VariantNames,
)]
#[schema(rename_all = "lowercase")]
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
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, ToSchema, EnumString, IntoStaticStr, VariantNames,
)]
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
    /// Whether it is pinned.
    pub pinned: bool,
    /// How many like it.
    pub likes: i64,
    /// Its number.
    pub number: QuestionNumber,
}

impl From<&Question> for QuestionCursor {
    fn from(question: &Question) -> Self {
        Self {
            pinned: question.entry.content.pinned,
            likes: question.entry.likes_count,
            number: question.number,
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

/// Some questions of a session.
#[derive(Debug)]
pub struct QuestionsPage {
    /// As they are wanted.
    pub questions: Page<Question>,
    /// How far the session had come before they were read.
    pub position: Position,
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
