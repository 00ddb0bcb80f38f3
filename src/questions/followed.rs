//! What those who follow a session are told of its questions and replies.

use std::collections::HashSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::repository::followed;
use super::{Body, Content, LabelIds, QuestionId, ReplyId};
use crate::changes::Change;
use crate::db::{DbConn, DbError};
use crate::sessions::SessionId;
use crate::users::UserId;

pub use followed::{list_changed_questions, list_changed_replies};

/// A question, in an event: without what is personal, and without counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuestionEvent {
    /// Which one.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub question_id: QuestionId,
    /// Where it was asked.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub session_id: SessionId,
    /// Whether hosts have closed it.
    pub closed: bool,
    /// Into which question hosts have merged it.
    #[schema(required, value_type = Option<String>)]
    pub merged_into: Option<QuestionId>,
    /// Of the session's labels: under which hosts have put it.
    #[schema(value_type = Vec<String>)]
    pub label_ids: LabelIds,
    /// There where replies to it became visible or came from another question: it is to be read
    /// anew.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = Option<bool>)]
    pub replies_changed: bool,
    /// As it was typed, in NFC.
    #[schema(value_type = Body)]
    pub body: String,
    #[serde(flatten)]
    pub(super) content: Content,
}

/// A reply, in an event: without what is personal, and without its count.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplyEvent {
    /// Which one.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub reply_id: ReplyId,
    /// To which question.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub question_id: QuestionId,
    /// Whether nothing but its place is left.
    pub deleted: bool,
    /// As it was typed, in NFC; null where it was deleted.
    #[schema(required, value_type = Option<Body>)]
    pub body: Option<String>,
    #[serde(flatten)]
    pub(super) content: Content,
}

/// What is counted of a question or a reply, in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemCounts {
    /// How many like it.
    #[schema(minimum = 0)]
    pub likes_count: i64,
    /// How many living replies a question has; a reply has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub replies_count: Option<i64>,
}

/// Something that has changed, and when.
#[derive(Debug, Clone)]
pub struct Changed<T> {
    /// As it is now.
    pub event: T,
    /// What is counted of it now.
    pub counts: ItemCounts,
    /// When it changed last.
    pub change: Change,
    /// When more than its counts changed last.
    pub content_change: Change,
    /// Whether everybody sees it; otherwise hosts alone are told.
    pub is_public: bool,
}

/// Those of these accounts under whose nickname something stands in a session.
///
/// # Errors
/// When the database fails.
pub fn list_named_authors(
    conn: &mut DbConn,
    session_id: SessionId,
    ids: &[UserId],
) -> Result<HashSet<UserId>, DbError> {
    let mut named = HashSet::new();
    for user_id in ids {
        if followed::is_named_author(conn, session_id, *user_id)? {
            named.insert(*user_id);
        }
    }
    Ok(named)
}
