//! What hosts ask for to keep a crowd civil, and what they are told.

use std::collections::HashSet;
use std::str::FromStr;

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::MAX_BYTES;
use crate::changes::Position;
use crate::http::{ApiError, Fields, FromFields, ListCursors, PageQuery};
use crate::paging::Page;
use crate::questions::{Mute, QuestionId, RepliesPage, Reply, Review, Sort};
use crate::sessions::{LabelId, LabelName, MAX_LABELS, WantedLabel};
use crate::text;
use crate::validation::Invalid;

/// Takes an id.
///
/// # Errors
/// When it is none.
pub fn parse_id<T: FromStr>(text: &str) -> Result<T, Invalid> {
    text.parse().or(Err(Invalid::NotAnId))
}

fn parse_position(text: &str) -> Result<Position, Invalid> {
    text.parse().or(Err(Invalid::NotAPosition))
}

pub(super) fn revision(number: i64) -> Result<i64, Invalid> {
    let is_one = number >= 0;
    is_one.then_some(number).ok_or(Invalid::NotAnInteger)
}

/// Which words are to be approved.
#[derive(ToSchema)]
pub struct ApproveRequest {
    /// The `revision` that was seen; another one is 409 `conflict`.
    #[schema(minimum = 0)]
    pub revision: i64,
}

impl FromFields for ApproveRequest {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let revision = fields.required_integer("revision", revision);
        Some(Self {
            revision: revision?,
        })
    }
}

/// Up to where everything is judged.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct JudgeAllRequest {
    /// The `change` that was seen: what has changed since goes on waiting.
    #[schema(value_type = String, pattern = "^[0-9a-hjkmnp-tv-z]{6}-h?(0|[1-9][0-9]{0,17})$")]
    pub up_to: Position,
}

impl FromFields for JudgeAllRequest {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let up_to = fields.required("upTo", parse_position);
        Some(Self { up_to: up_to? })
    }
}

/// How many were judged.
#[derive(Serialize, ToSchema)]
pub struct JudgedResponse {
    /// Questions and replies.
    #[schema(minimum = 0)]
    pub count: usize,
}

/// Which question is answered now.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CurrentRequest {
    /// One of the session that everybody sees.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    pub question_id: QuestionId,
    /// The `revision` that was seen; another one is 409 `conflict`. Any, where it is left out.
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub revision: Option<i64>,
}

impl FromFields for CurrentRequest {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let question_id = fields.required("questionId", parse_id);
        let revision = fields.optional_integer("revision", revision);
        Some(Self {
            question_id: question_id?,
            revision: revision?,
        })
    }
}

/// The labels of a session.
#[derive(ToSchema)]
pub struct LabelsRequest {
    /// In the order in which they are shown. Names differ in more than case, width and composition.
    #[schema(max_items = 15)]
    pub labels: Vec<WantedLabel>,
    /// The `change` that was seen; where the session itself has changed since, 409 `conflict`.
    #[schema(value_type = Option<String>, pattern = "^[0-9a-hjkmnp-tv-z]{6}-h?(0|[1-9][0-9]{0,17})$")]
    pub change: Option<Position>,
}

impl FromFields for LabelsRequest {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (mut names, mut ids) = (HashSet::new(), HashSet::new());
        let labels = fields.required_objects("labels", MAX_LABELS, |fields| {
            let label_id = fields.optional("labelId", |text| {
                let id: LabelId = parse_id(text)?;
                ids.insert(id).then_some(id).ok_or(Invalid::NotUnique)
            });
            let name = fields.required("name", |text| {
                let name = LabelName::parse(text)?;
                let is_new = names.insert(name.key());
                is_new.then_some(name).ok_or(Invalid::NotUnique)
            });
            let color = fields.required("color", text::word);
            Some(WantedLabel {
                label_id: label_id?,
                name: name?,
                color: color?,
            })
        });
        let change = fields.optional("change", parse_position);
        Some(Self {
            labels: labels?,
            change: change?,
        })
    }
}

/// The labels of a question.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct LabelQuestionRequest {
    /// Of labels that the session has.
    #[schema(max_items = 15)]
    pub label_ids: Vec<LabelId>,
}

impl FromFields for LabelQuestionRequest {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let label_ids = fields.required_texts("labelIds", MAX_LABELS, parse_id);
        Some(Self {
            label_ids: label_ids?,
        })
    }
}

/// Into which question one is merged.
#[derive(ToSchema)]
pub struct MergeRequest {
    /// Another one of the session that everybody sees.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    pub into: QuestionId,
    /// Its `revision` that was seen; another one is 409 `conflict`. Any, where it is left out.
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub revision: Option<i64>,
}

impl FromFields for MergeRequest {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let into = fields.required("into", parse_id);
        let revision = fields.optional_integer("revision", revision);
        Some(Self {
            into: into?,
            revision: revision?,
        })
    }
}

/// What goes with a mute.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct MuteRequest {
    /// Whether the item is removed, and what its author wrote in the same way (anonymously, or
    /// under the nickname) within the last hour; false where it is left out.
    #[schema(value_type = Option<bool>)]
    pub remove_all: bool,
}

impl FromFields for MuteRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = true;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let remove_all = fields.optional_flag("removeAll");
        Some(Self {
            remove_all: remove_all?.unwrap_or_default(),
        })
    }
}

/// Which replies of a session are wanted, beside which page of them.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReplyOrder {
    /// `pending` where it is not said.
    #[param(inline, value_type = Option<Review>)]
    pub review: Review,
    /// `old` where it is not said; `top` is as `new`.
    #[param(inline, value_type = Option<Sort>)]
    pub sort: Sort,
}

/// The whole query of a list of replies.
pub struct RepliesQuery {
    /// Which page.
    pub page: PageQuery,
    /// Of which list.
    pub order: ReplyOrder,
}

impl RepliesQuery {
    /// Takes every field of it.
    ///
    /// # Errors
    /// 400 `validation_failed`.
    pub fn parse(query: &str) -> Result<Self, ApiError> {
        Fields::parse_query(query, |fields| {
            let page = PageQuery::take(fields);
            let review = fields.optional("review", text::word);
            let sort = fields.optional("sort", text::word);
            let order = ReplyOrder {
                review: review?.unwrap_or(Review::Pending),
                sort: sort?.unwrap_or(Sort::Old),
            };
            Some(Self { page: page?, order })
        })
    }
}

/// Replies of a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepliesResponse {
    /// At most `limit`.
    replies: Vec<Reply>,
    /// For `cursor`, to go on; null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
    /// How far the session had come before the replies were read.
    #[schema(value_type = String, pattern = "^[0-9a-z]{6}-h?[0-9]{1,19}$")]
    change: Position,
}

impl RepliesResponse {
    /// These, and the way to those that follow.
    pub fn new(page: RepliesPage, cursors: &ListCursors) -> Self {
        let next_cursor = page.replies.end().map(|end| cursors.behind(&end.number));
        Self {
            replies: page.replies.entries,
            next_cursor,
            change: page.position,
        }
    }
}

/// By what somebody was muted, the newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MutesResponse {
    /// At most `limit`: one for each question or reply, whoever wrote it.
    mutes: Vec<Mute>,
    /// For `cursor`, to go on; null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl MutesResponse {
    /// These, and the way to those that follow.
    pub fn new(page: Page<Mute>, cursors: &ListCursors) -> Self {
        let next_cursor = page.end().map(|end| cursors.behind(&end.number));
        Self {
            mutes: page.entries,
            next_cursor,
        }
    }
}
