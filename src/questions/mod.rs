//! Questions of a session, replies to them, and who likes what.

mod account_data;
mod dto;
mod error;
mod followed;
pub mod handlers;
mod label_ids;
mod listing;
mod purge;
mod repository;
mod rows;
mod service;
mod viewer;

use serde::Serialize;
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;

use crate::changes::Position;
use crate::db::UtcTime;
use crate::ids::{random_id, row_id};
use crate::paging::Page;
use crate::sessions::{MuteId, SessionId};
use crate::text;
use crate::users::{Nickname, UserId};

pub use crate::sessions::QuestionId;
pub use account_data::{ACCOUNT_DATA, QuestionContributions};
pub use error::QuestionsError;
pub use followed::{
    Changed, ItemCounts, QuestionEvent, ReplyEvent, list_changed_questions, list_changed_replies,
    list_named_authors,
};
pub use label_ids::LabelIds;
pub use listing::{Listing, QuestionCursor, Sort, State};
pub use purge::{PURGE_CONTENTS, PURGE_GUESTS};
pub use service::QuestionsService;
pub use service::review::Verdict;
pub use viewer::Viewer;

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

row_id! {
    /// The same of a mute.
    MuteNumber
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

text::bounded! {
    /// Words that are looked for: 1 to 100 characters.
    SearchWords, 100
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

/// Who sees a question or a reply.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    ToSchema,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[schema(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Review {
    /// Everybody.
    #[default]
    Approved,
    /// Its author and hosts, of whom one has to approve it.
    Pending,
    /// Its author and hosts: one has hidden it.
    Dismissed,
}

/// What questions and replies have in common, whoever asks.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ContentResponse)]
pub struct Content {
    /// Who sees it.
    pub review: Review,
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
    /// Whether nobody sees who wrote it.
    #[serde(skip)]
    anonymous: bool,
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
    /// Into which question hosts have merged it: what others like and replied is there.
    #[schema(required, value_type = Option<String>)]
    pub merged_into: Option<QuestionId>,
    /// The review of that question.
    #[serde(skip)]
    target_review: Option<Review>,
    /// How many questions were merged into it.
    #[serde(skip)]
    merged_count: i64,
    /// Of the session's labels: under which hosts have put it.
    #[schema(value_type = Vec<String>)]
    pub label_ids: LabelIds,
    /// Living ones that everybody sees who sees the question.
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
    /// Who sees the question.
    #[serde(skip)]
    question_review: Review,
    /// Whether whoever asks wrote the question.
    #[serde(skip)]
    is_to_own: bool,
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

/// Some questions of a session.
#[derive(Debug)]
pub struct QuestionsPage {
    /// As they are wanted.
    pub questions: Page<Question>,
    /// How far the session had come before they were read.
    pub position: Position,
}

/// Some replies of a session that are in a state of review.
#[derive(Debug)]
pub struct RepliesPage {
    /// In order of time.
    pub replies: Page<Reply>,
    /// How far the session had come before they were read.
    pub position: Position,
}

/// What somebody was muted by. It never tells who that is where the item does not.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MuteResponse)]
pub struct Mute {
    #[serde(skip)]
    number: MuteNumber,
    /// Cannot be guessed.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub mute_id: MuteId,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub muted_at: UtcTime,
    /// Which host did it; null once that account is gone.
    #[schema(required)]
    pub muted_by: Option<MutedBy>,
    /// Under which nickname the item stood, as the account is called now; null for an anonymous
    /// item, and once the account is gone.
    #[schema(required, value_type = Option<Nickname>)]
    pub nickname: Option<String>,
    /// The beginning of the item; null once it is gone.
    #[schema(required)]
    pub excerpt: Option<String>,
}

/// A host who muted somebody.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MutedBy {
    /// The account.
    pub user_id: UserId,
    /// As the account is called now.
    #[schema(value_type = Nickname)]
    pub nickname: String,
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
        text::assert_documented::<Review>();
    }
}
