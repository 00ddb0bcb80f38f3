//! Questions, replies and likes as they travel.

pub mod export;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    Body, Contribution, ContributionAuthor, Entry, Liking, Question, QuestionCursor, Reply, Sort,
    State, Thread,
};
use crate::http::{ApiError, Fields, FromFields, PageQuery, cursor_behind};
use crate::paging::Page;
use crate::text;
use crate::users::Nickname;

/// However texts are escaped; also those that are refused for their length are read.
const MAX_BYTES: usize = 64 * 1024;

/// A new question or reply.
#[derive(ToSchema)]
pub struct ContributionRequest {
    pub body: Body,
    /// Whether nobody is to see who wrote it; false where it is not said. Of a guest nobody ever
    /// sees it.
    pub anonymous: Option<bool>,
}

impl FromFields for ContributionRequest {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let body = fields.required("body", Body::parse);
        let anonymous = fields.optional_flag("anonymous");
        Some(Self {
            body: body?,
            anonymous: anonymous?,
        })
    }
}

impl From<ContributionRequest> for Contribution {
    fn from(request: ContributionRequest) -> Self {
        Self {
            body: request.body,
            is_anonymous: request.anonymous.unwrap_or(false),
        }
    }
}

/// Other words for a question or a reply.
#[derive(ToSchema)]
pub struct BodyRequest {
    pub body: Body,
}

impl FromFields for BodyRequest {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let body = fields.required("body", Body::parse);
        Some(Self { body: body? })
    }
}

/// Which questions are wanted, beside which page of them.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Order {
    /// Pinned questions come first in any order. `top` where it is not said.
    #[param(inline, value_type = Option<Sort>)]
    pub sort: Sort,
    /// `all` where it is not said.
    #[param(inline, value_type = Option<State>)]
    pub state: State,
}

/// The whole query of a list of questions.
pub struct QuestionsQuery {
    /// Which page.
    pub page: PageQuery,
    /// Of which list.
    pub order: Order,
}

impl QuestionsQuery {
    /// Takes every field of it.
    ///
    /// # Errors
    /// 400 `validation_failed`.
    pub fn parse(query: &str) -> Result<Self, ApiError> {
        Fields::parse_query(query, |fields| {
            let page = PageQuery::take(fields);
            let sort = fields.optional("sort", text::word);
            let state = fields.optional("state", text::word);
            let order = Order {
                sort: sort?.unwrap_or_default(),
                state: state?.unwrap_or_default(),
            };
            Some(Self { page: page?, order })
        })
    }
}

/// Who wrote it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ContributorResponse)]
struct ContributionAuthorResponse {
    /// Null where it is anonymous.
    #[schema(required, minimum = 1, maximum = 9007199254740991_i64)]
    user_id: Option<i64>,
    /// As the account is called now; null where it is anonymous.
    #[schema(required, value_type = Option<Nickname>)]
    nickname: Option<String>,
    /// Whether it is a host of the session now; false where it is anonymous.
    is_host: bool,
}

impl From<Option<ContributionAuthor>> for ContributionAuthorResponse {
    fn from(author: Option<ContributionAuthor>) -> Self {
        Self {
            is_host: author.as_ref().is_some_and(|author| author.is_host),
            user_id: author.as_ref().map(|author| author.user_id),
            nickname: author.map(|author| author.nickname),
        }
    }
}

/// What questions and replies have in common.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EntryResponse {
    /// As it was typed, in NFC; null where it was deleted.
    #[schema(required, value_type = Option<Body>)]
    body: Option<String>,
    /// Whether hosts have put it first.
    pinned: bool,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// When its words were last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime<Utc>,
    /// How many like it.
    #[schema(minimum = 0)]
    likes_count: i64,
    /// Whether I like it.
    liked: bool,
    /// Whether I wrote it.
    is_owner: bool,
    /// Of nulls where it is anonymous.
    author: ContributionAuthorResponse,
}

impl From<Entry> for EntryResponse {
    fn from(entry: Entry) -> Self {
        Self {
            body: entry.body,
            pinned: entry.is_pinned,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
            likes_count: entry.likes_count,
            liked: entry.is_liked,
            is_owner: entry.is_mine,
            author: entry.author.into(),
        }
    }
}

/// A question.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuestionResponse {
    /// Its number; later questions have greater ones.
    #[schema(minimum = 1)]
    question_id: i64,
    /// Where it was asked.
    #[schema(pattern = "^[A-Za-z0-9_-]{22}$")]
    session_id: String,
    /// Whether hosts have closed it: its author cannot change it any more.
    closed: bool,
    /// Living ones.
    #[schema(minimum = 0)]
    replies_count: i64,
    #[serde(flatten)]
    entry: EntryResponse,
}

impl From<Question> for QuestionResponse {
    fn from(question: Question) -> Self {
        Self {
            question_id: question.question_id,
            session_id: question.session_id.to_text(),
            closed: question.is_closed,
            replies_count: question.replies_count,
            entry: question.entry.into(),
        }
    }
}

/// A reply. Of a deleted one the place stays: without words, author and likes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplyResponse {
    /// Its number; later replies have greater ones.
    #[schema(minimum = 1)]
    reply_id: i64,
    /// To which question.
    #[schema(minimum = 1)]
    question_id: i64,
    /// Whether nothing but its place is left.
    deleted: bool,
    #[serde(flatten)]
    entry: EntryResponse,
}

impl From<Reply> for ReplyResponse {
    fn from(reply: Reply) -> Self {
        Self {
            reply_id: reply.reply_id,
            question_id: reply.question_id,
            deleted: reply.entry.body.is_none(),
            entry: reply.entry.into(),
        }
    }
}

/// Questions of a session, pinned ones first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuestionsResponse {
    /// At most `limit`.
    questions: Vec<QuestionResponse>,
    /// For `cursor`, to go on in the same order; null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl QuestionsResponse {
    /// These, and the way to those that follow in this order.
    pub fn new(page: Page<Question>, sort: Sort) -> Self {
        let next_cursor = page
            .end()
            .map(|end| cursor_behind(&QuestionCursor::of(end, sort)));
        let questions = page.entries.into_iter();
        Self {
            questions: questions.map(QuestionResponse::from).collect(),
            next_cursor,
        }
    }
}

/// A question with its replies.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadResponse {
    #[serde(flatten)]
    question: QuestionResponse,
    /// Pinned ones first, then the oldest; at most `limit`.
    replies: Vec<ReplyResponse>,
    /// For `cursor`, to go on with the replies; null where these are the last.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl From<Thread> for ThreadResponse {
    fn from(thread: Thread) -> Self {
        let key = |end: &Reply| (end.entry.is_pinned, end.reply_id);
        let next_cursor = thread.replies.end().map(|end| cursor_behind(&key(end)));
        let replies = thread.replies.entries.into_iter();
        Self {
            question: thread.question.into(),
            replies: replies.map(ReplyResponse::from).collect(),
            next_cursor,
        }
    }
}

/// Whether I like something, and how many do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LikeResponse {
    /// Whether I do.
    liked: bool,
    /// How many do.
    #[schema(minimum = 0)]
    likes_count: i64,
}

impl From<Liking> for LikeResponse {
    fn from(liking: Liking) -> Self {
        Self {
            liked: liking.is_liked,
            likes_count: liking.likes_count,
        }
    }
}
