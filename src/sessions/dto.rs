//! Sessions and participants as they travel.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    NewSession, Participant, ParticipantsPage, Role, Session, SessionChange, SessionDetails,
    SessionTitle,
};
use crate::http::{Fields, FromFields, cursor_behind};
use crate::paging::Page;
use crate::validation::Invalid;

/// However texts are escaped; also those that are refused for their length are read.
const MAX_BYTES: usize = 64 * 1024;

impl FromFields for NewSession {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let title = fields.required("title", SessionTitle::parse);
        let expires_at = fields.optional("expiresAt", parse_time);
        Some(Self {
            title: title?,
            expires_at: expires_at?,
        })
    }
}

impl FromFields for SessionChange {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = true;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let title = fields.optional("title", SessionTitle::parse);
        let expires_at = fields.optional("expiresAt", parse_time);
        Some(Self {
            title: title?,
            expires_at: expires_at?,
        })
    }
}

/// To the microsecond, as databases keep it. A leap second is the beginning of the next one: not
/// every database knows it.
fn parse_time(text: &str) -> Result<DateTime<Utc>, Invalid> {
    let parsed = DateTime::parse_from_rfc3339(text).ok();
    let time = parsed.and_then(|time| DateTime::from_timestamp_micros(time.timestamp_micros()));
    time.ok_or(Invalid::NotATime)
}

/// A session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionResponse {
    #[serde(flatten)]
    details: SessionDetails,
    /// Whether `expiresAt` has passed. With this or an `endedAt` it can be read only.
    expired: bool,
    /// Mine; null for who does not take part.
    #[schema(required)]
    role: Option<Role>,
    /// Those who take part under their nickname, and how often somebody has come in without a
    /// name.
    #[schema(minimum = 0)]
    participant_count: i64,
    /// Questions that are not deleted.
    #[schema(minimum = 0)]
    question_count: i64,
}

impl SessionResponse {
    /// As it is at `now`.
    pub fn new(session: Session, now: DateTime<Utc>) -> Self {
        Self {
            expired: session.is_expired(now),
            role: session.role(),
            participant_count: session.participant_count(),
            question_count: session.counts.question_count,
            details: session.details,
        }
    }
}

/// Sessions, the newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionsResponse {
    /// At most `limit`.
    sessions: Vec<SessionResponse>,
    /// For `cursor`, to go on; null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl SessionsResponse {
    /// These as they are at `now`, and the way to those that follow.
    pub fn new(page: Page<Session>, now: DateTime<Utc>) -> Self {
        let key = |end: &Session| (end.details.created_at, end.details.session_id);
        let next_cursor = page.end().map(|end| cursor_behind(&key(end)));
        let sessions = page.entries.into_iter();
        Self {
            sessions: sessions.map(|it| SessionResponse::new(it, now)).collect(),
            next_cursor,
        }
    }
}

/// Who takes part in a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantsResponse {
    /// Those who take part under their nickname, hosts first; at most `limit`.
    participants: Vec<Participant>,
    /// How often somebody has come in without a name: guests, and who only liked or wrote
    /// anonymously. It never falls, whatever becomes of them.
    #[schema(minimum = 0)]
    anonymous_count: i64,
    /// For `cursor`, to go on; null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl From<ParticipantsPage> for ParticipantsResponse {
    fn from(page: ParticipantsPage) -> Self {
        let end = page.listed.end();
        let key = end.and_then(|end| Some((end.role, end.user_id?)));
        Self {
            next_cursor: key.map(|key| cursor_behind(&key)),
            participants: page.listed.entries,
            anonymous_count: page.anonymous_count,
        }
    }
}
