//! Events as they travel, but for questions, replies, sessions and persons, which their features
//! write.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::changes::Position;
use crate::questions::{ItemCounts, QuestionId, ReplyId};
use crate::sessions::SessionCounts;

/// The schema of each event's data, by the event's name.
pub fn schemas() -> BTreeMap<&'static str, Value> {
    let schemas = [
        ("ready", "ReadyEvent"),
        ("question", "QuestionEvent"),
        ("question_removed", "QuestionRemovedEvent"),
        ("reply", "ReplyEvent"),
        ("reply_removed", "ReplyRemovedEvent"),
        ("counts", "CountsEvent"),
        ("session", "SessionEvent"),
        ("person", "PersonEvent"),
        ("pending", "PendingEvent"),
        ("listeners", "ListenersEvent"),
        ("reset", "ResetEvent"),
        ("session_deleted", "SessionDeletedEvent"),
    ];
    let refer = |schema| json!({ "$ref": format!("#/components/schemas/{schema}") });
    schemas.map(|(event, schema)| (event, refer(schema))).into()
}

/// `ready`: the first event of a stream. Its id is the place from which the stream goes on.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadyEvent {
    /// `host` for who is told what hosts alone see; else `all`.
    #[schema(value_type = String, examples("all", "host"))]
    #[serde(rename = "as")]
    pub audience: &'static str,
    /// How far the session has come.
    #[schema(value_type = String)]
    pub change: Position,
    /// How many follow the session, at all servers.
    #[schema(minimum = 0)]
    pub listeners: i64,
}

/// `reset`: the lists have to be read anew, after a random pause of up to five seconds. Events go
/// on from here.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResetEvent {
    /// How far the session has come.
    #[schema(value_type = String)]
    pub change: Position,
}

/// `question_removed`: a question is gone, with the replies to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuestionRemovedEvent {
    /// Which one.
    #[schema(pattern = "^[A-Za-z0-9_-]{22}$")]
    pub question_id: String,
}

/// `reply_removed`: a reply is gone, with its place.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplyRemovedEvent {
    /// Which one.
    #[schema(pattern = "^[A-Za-z0-9_-]{22}$")]
    pub reply_id: String,
    /// To which question.
    #[schema(required, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub question_id: Option<String>,
}

/// `pending`: how many questions and replies wait for review, to hosts.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PendingEvent {
    /// Questions and replies.
    #[schema(minimum = 0)]
    pub pending_count: i64,
}

/// `session_deleted`: the session is gone. There is nothing in it.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionDeletedEvent {}

/// `listeners`: how many follow the session now. It has no id.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListenersEvent {
    /// At all servers.
    #[schema(minimum = 0)]
    pub count: i64,
}

/// `counts`: numbers that have changed, at most once a second.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountsEvent {
    /// Those of the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionCountsEvent>,
    /// Those of questions, by their ids.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, ItemCounts>)]
    pub questions: BTreeMap<QuestionId, ItemCounts>,
    /// Those of replies, by their ids.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, ItemCounts>)]
    pub replies: BTreeMap<ReplyId, ItemCounts>,
}

/// What is counted of a session.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionCountsEvent {
    /// Those who take part under their nickname, and how often somebody has come in without a name.
    #[schema(minimum = 0)]
    participant_count: i64,
    /// Those who take part under their nickname.
    #[schema(minimum = 0)]
    listed_count: i64,
    /// How often somebody has come in without a name. It never falls.
    #[schema(minimum = 0)]
    anonymous_count: i64,
    /// Questions that everybody sees.
    #[schema(minimum = 0)]
    question_count: i64,
}

impl From<SessionCounts> for SessionCountsEvent {
    fn from(counts: SessionCounts) -> Self {
        Self {
            participant_count: counts.listed_count + counts.anonymous_count,
            listed_count: counts.listed_count,
            anonymous_count: counts.anonymous_count,
            question_count: counts.shown_count,
        }
    }
}

impl CountsEvent {
    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.session.is_none() && self.questions.is_empty() && self.replies.is_empty()
    }
}
