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

use serde::{Deserialize, Serialize, Serializer};
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;

use crate::changes::Position;
use crate::db::UtcTime;
use crate::ids::{random_id, row_id};
use crate::paging::Page;
use crate::sessions::{LabelId, Labels, MuteId, SessionId};
use crate::text;
use crate::users::{Nickname, UserId};

pub use crate::sessions::QuestionId;
pub use account_data::{ACCOUNT_DATA, QuestionContributions};
pub use error::QuestionsError;
pub use followed::{
    Changed, ItemCounts, QuestionEvent, ReplyEvent, list_changed_questions, list_changed_replies,
    list_named_authors,
};
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

/// Labels of a question: their ids one behind the other, because each has as many characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelIds(String);

/// Characters of the id of a label.
const LABEL_ID_LENGTH: usize = 22;

impl LabelIds {
    /// These, each once.
    pub fn new(ids: &[LabelId]) -> Self {
        let mut texts: Vec<String> = ids.iter().map(|it| it.to_text()).collect();
        texts.sort();
        texts.dedup();
        Self(texts.concat())
    }

    /// From a row.
    fn from_column(text: &str) -> Option<Self> {
        let ids = text.as_bytes().chunks(LABEL_ID_LENGTH);
        let is_id = |id| str::from_utf8(id).is_ok_and(|id| LabelId::parse(id).is_some());
        let is_whole = ids.into_iter().all(is_id);
        is_whole.then(|| Self(text.into()))
    }

    /// All but this one.
    pub fn without(&self, label_id: LabelId) -> Self {
        Self(self.0.replace(&label_id.to_text(), ""))
    }

    /// How they are called, in the order of the session.
    pub fn names(&self, labels: &Labels) -> Vec<String> {
        let own = labels.0.iter().filter(|it| self.contains(it.label_id));
        own.map(|it| it.name.clone()).collect()
    }

    /// Whether this is one of them.
    pub fn contains(&self, label_id: LabelId) -> bool {
        let label_id = label_id.to_text();
        self.iter().any(|it| it == label_id)
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let ids = self.0.as_bytes().chunks(LABEL_ID_LENGTH);
        ids.filter_map(|id| str::from_utf8(id).ok())
    }
}

impl Serialize for LabelIds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
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
#[derive(Debug, Clone)]
pub struct Listing {
    /// In which order.
    pub sort: Sort,
    /// Of which questions.
    pub state: State,
    /// Of those that such people see.
    pub review: Review,
    /// Of those under this label.
    pub label: Option<LabelId>,
    /// Of those that whoever asks wrote, in whatever review.
    pub is_mine: bool,
    /// Of those in which these words are, in any spelling.
    pub search: Option<SearchWords>,
    /// Behind which one.
    pub after: Option<QuestionCursor>,
    /// How many at most.
    pub limit: usize,
}

impl Listing {
    /// Whether pinned ones come first, and likes may decide: in what everybody sees.
    pub fn is_by_pins(&self) -> bool {
        !self.is_mine && self.review == Review::Approved
    }
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
