//! Sessions and participants as they travel.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Participant, ParticipantsPage, Role, Session, SessionChange, SessionTitle};
use crate::http::{Fields, FromFields, cursor_behind};
use crate::paging::Page;
use crate::users::Nickname;
use crate::validation::Invalid;

/// However texts are escaped; also those that are refused for their length are read.
const MAX_BYTES: usize = 64 * 1024;

/// A new session.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct SessionRequest {
    pub title: SessionTitle,
    /// When it ends by itself: RFC 3339, later than now, at most a year from now. In 7 days if it
    /// is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<DateTime<Utc>>,
}

impl FromFields for SessionRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = false;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let title = fields.required("title", SessionTitle::parse);
        let expires_at = fields.optional("expiresAt", parse_time);
        Some(Self {
            title: title?,
            expires_at: expires_at?,
        })
    }
}

/// A change of a session; what is left out stays.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct SessionChangeRequest {
    pub title: Option<SessionTitle>,
    /// When it ends by itself: RFC 3339, later than now, at most a year from now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<DateTime<Utc>>,
}

impl FromFields for SessionChangeRequest {
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

impl From<SessionChangeRequest> for SessionChange {
    fn from(request: SessionChangeRequest) -> Self {
        Self {
            title: request.title,
            expires_at: request.expires_at,
        }
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
    /// Cannot be guessed: whoever knows it can read the session.
    #[schema(pattern = "^[A-Za-z0-9_-]{22}$")]
    session_id: String,
    /// What people type to find it; no other session ever has it.
    #[schema(pattern = "^[34679CDFGHJKMNPQRTVWXY]{6}$")]
    join_code: String,
    /// As it was typed, in NFC.
    #[schema(value_type = SessionTitle)]
    title: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    expires_at: DateTime<Utc>,
    /// When its super host ended it; null if nobody did.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    ended_at: Option<DateTime<Utc>>,
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
            participant_count: session.participant_count(),
            role: session.role(),
            session_id: session.session_id.to_text(),
            join_code: session.join_code,
            title: session.title,
            created_at: session.created_at,
            expires_at: session.expires_at,
            ended_at: session.ended_at,
            question_count: session.question_count,
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
        let key = |end: &Session| (end.created_at, end.session_id.to_text());
        let next_cursor = page.end().map(|end| cursor_behind(&key(end)));
        let sessions = page.entries.into_iter();
        Self {
            sessions: sessions.map(|it| SessionResponse::new(it, now)).collect(),
            next_cursor,
        }
    }
}

/// A participant of a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantResponse {
    /// Null for a guest.
    #[schema(required, minimum = 1, maximum = 9007199254740991_i64)]
    user_id: Option<i64>,
    /// As the account is called now; null for a guest.
    #[schema(required, value_type = Option<Nickname>)]
    nickname: Option<String>,
    /// What it may do in the session.
    role: Role,
}

impl From<Participant> for ParticipantResponse {
    fn from(participant: Participant) -> Self {
        let (user_id, nickname) = participant.named.unzip();
        Self {
            user_id: user_id.map(|it| it.get()),
            nickname,
            role: participant.role,
        }
    }
}

/// Who takes part in a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantsResponse {
    /// Those who take part under their nickname, hosts first; at most `limit`.
    participants: Vec<ParticipantResponse>,
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
        let key = end.and_then(|end| Some((end.role, end.named.as_ref()?.0.get())));
        let participants = page.listed.entries.into_iter();
        Self {
            participants: participants.map(ParticipantResponse::from).collect(),
            anonymous_count: page.anonymous_count,
            next_cursor: key.map(|key| cursor_behind(&key)),
        }
    }
}
