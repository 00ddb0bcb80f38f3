//! Which questions are wanted, and where a page of them begins.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;

use super::{Question, QuestionNumber, Review, SearchWords};
use crate::sessions::LabelId;

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
