//! Questions, replies and likes as they travel.

pub mod export;
pub mod moderation;

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    Body, Contribution, Question, QuestionCursor, QuestionsPage, Reply, Review, SearchWords, Sort,
    State, Thread,
};
use crate::changes::Position;
use crate::http::{ApiError, Fields, FromFields, ListCursors, PageQuery};
use crate::sessions::LabelId;
use crate::text;
use crate::validation::Invalid;

/// However texts are escaped; also those that are refused for their length are read.
const MAX_BYTES: usize = 64 * 1024;

impl FromFields for Contribution {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let body = fields.required("body", Body::parse);
        let anonymous = fields.optional_flag("anonymous");
        Some(Self {
            body: body?,
            anonymous: anonymous?.unwrap_or(false),
        })
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

/// Which words are to be pinned.
#[derive(ToSchema)]
pub struct PinRequest {
    /// The `revision` that was seen; another one is 409 `conflict`. Any, where it is left out.
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub revision: Option<i64>,
}

impl FromFields for PinRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = true;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let revision = fields.optional_integer("revision", moderation::revision);
        Some(Self {
            revision: revision?,
        })
    }
}

/// Which questions are wanted, beside which page of them.
#[derive(Debug, Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Order {
    /// Pinned questions come first in any order. `top` where it is not said.
    #[param(inline, value_type = Option<Sort>)]
    pub sort: Sort,
    /// `all` where it is not said.
    #[param(inline, value_type = Option<State>)]
    pub state: State,
    /// `approved` where it is not said. Hosts alone list the others, in order of time.
    #[param(inline, value_type = Option<Review>)]
    pub review: Review,
    /// The `labelId` under which they are.
    #[param(inline)]
    pub label: Option<LabelId>,
    /// In which these words are: 1 to 100 characters, whatever their case, width and composition.
    #[param(value_type = Option<SearchWords>, inline)]
    pub search: Option<SearchWords>,
    /// `true`: what I asked, in whatever review, in order of time.
    #[param(value_type = Option<bool>)]
    pub mine: bool,
}

impl Order {
    /// Which list it is.
    pub fn name(&self) -> String {
        let words: [&str; 3] = [self.sort.into(), self.state.into(), self.review.into()];
        let label = self.label.map(LabelId::to_text).unwrap_or_default();
        let search = self.search.as_ref().map(SearchWords::as_str);
        format!("{} {label} {} {search:?}", words.join(" "), self.mine)
    }
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
            let review = fields.optional("review", text::word);
            let label = fields.optional("label", moderation::parse_id);
            let search = fields.optional("search", SearchWords::parse);
            let mine = fields.optional("mine", parse_flag);
            let order = Order {
                sort: sort?.unwrap_or_default(),
                state: state?.unwrap_or_default(),
                review: review?.unwrap_or_default(),
                label: label?,
                search: search?,
                mine: mine?.unwrap_or_default(),
            };
            Some(Self { page: page?, order })
        })
    }
}

/// A flag in a query, where every value is a text.
fn parse_flag(text: &str) -> Result<bool, Invalid> {
    text.parse().or(Err(Invalid::NotBoolean))
}

/// Questions of a session, pinned ones first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuestionsResponse {
    /// At most `limit`.
    questions: Vec<Question>,
    /// For `cursor`, to go on in the same order; null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
    /// How far the session had come before the questions were read: events go on from here
    /// (`after`). Of several pages, that of the first one counts.
    #[schema(value_type = String, pattern = "^[0-9a-z]{6}-h?[0-9]{1,19}$")]
    change: Position,
}

impl QuestionsResponse {
    /// These, and the way to those that follow.
    pub fn new(page: QuestionsPage, cursors: &ListCursors) -> Self {
        let key = |end| cursors.behind(&QuestionCursor::from(end));
        let next_cursor = page.questions.end().map(key);
        Self {
            questions: page.questions.entries,
            next_cursor,
            change: page.position,
        }
    }
}

/// A question with its replies.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadResponse {
    #[serde(flatten)]
    question: Question,
    /// Pinned ones first, then the oldest; at most `limit`.
    replies: Vec<Reply>,
    /// For `cursor`, to go on with the replies; null where these are the last.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl ThreadResponse {
    /// This, and the way to the replies that follow.
    pub fn new(thread: Thread, cursors: &ListCursors) -> Self {
        let key = |end: &Reply| cursors.behind(&(end.entry.content.pinned, end.number));
        let next_cursor = thread.replies.end().map(key);
        Self {
            question: thread.question,
            replies: thread.replies.entries,
            next_cursor,
        }
    }
}
