//! Sessions and participants as they travel.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::settings::MAX_SLOW_MODE;
use super::{
    NewSession, Participant, ParticipantsPage, Reopening, Role, Rules, Session, SessionChange,
    SessionDescription, SessionDetails, SessionTitle, SessionsService, SettingsChange,
};
use crate::blocked_words::{BlockedWord, BlockedWords};
use crate::changes::Position;
use crate::http::{Fields, FromFields, ListCursors};
use crate::paging::Page;
use crate::text;
use crate::users::UserId;
use crate::validation::Invalid;

/// However texts are escaped; also those that are refused for their length are read.
const MAX_BYTES: usize = 64 * 1024;
/// With 200 blocked words.
const MAX_BYTES_OF_SETTINGS: usize = 256 * 1024;

impl FromFields for NewSession {
    const MAX_BYTES: usize = MAX_BYTES_OF_SETTINGS;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let title = fields.required("title", SessionTitle::parse);
        let description = fields.optional("description", SessionDescription::parse);
        let expires_at = fields.optional("expiresAt", parse_time);
        let settings = fields.optional_object("settings", take_settings);
        Some(Self {
            title: title?,
            description: description?.unwrap_or_default(),
            expires_at: expires_at?,
            settings: settings?.unwrap_or_default(),
        })
    }
}

impl FromFields for SessionChange {
    const MAX_BYTES: usize = MAX_BYTES_OF_SETTINGS;
    const MAY_BE_EMPTY: bool = true;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let title = fields.optional("title", SessionTitle::parse);
        let description = fields.optional("description", SessionDescription::parse);
        let expires_at = fields.optional("expiresAt", parse_time);
        let settings = fields.optional_object("settings", take_settings);
        Some(Self {
            title: title?,
            description: description?,
            expires_at: expires_at?,
            settings: settings?,
        })
    }
}

fn take_settings(fields: &mut Fields) -> Option<SettingsChange> {
    let questions = fields.optional("questions", text::word);
    let replies = fields.optional("replies", text::word);
    let likes = fields.optional_flag("likes");
    let names = fields.optional("names", text::word);
    let slow_mode = fields.optional_integer("slowMode", slow_mode);
    let words = fields.optional_texts("blockedWords", BlockedWords::MAX, BlockedWord::parse);
    let use_instance_words = fields.optional_flag("useInstanceWords");
    Some(SettingsChange {
        questions: questions?,
        replies: replies?,
        likes: likes?,
        names: names?,
        slow_mode: slow_mode?,
        blocked_words: words?.and_then(BlockedWords::new),
        use_instance_words: use_instance_words?,
    })
}

fn slow_mode(seconds: i64) -> Result<i64, Invalid> {
    let (min, max) = (0, MAX_SLOW_MODE);
    let is_allowed = (0..=max.into()).contains(&seconds);
    is_allowed
        .then_some(seconds)
        .ok_or(Invalid::OutOfRange { min, max })
}

impl FromFields for Reopening {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = true;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let expires_at = fields.optional("expiresAt", parse_time);
        Some(Self {
            expires_at: expires_at?,
        })
    }
}

/// How somebody enters.
#[derive(ToSchema)]
pub struct EnterRequest {
    /// Whether a named account is seen in the list of participants; true where it is left out.
    /// Otherwise it is counted among those without a name, as guests always are.
    #[schema(value_type = Option<bool>)]
    pub listed: bool,
}

impl FromFields for EnterRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = true;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let listed = fields.optional_flag("listed");
        Some(Self {
            listed: listed?.unwrap_or(true),
        })
    }
}

/// Who takes a session over.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct HandOverRequest {
    /// A sub host of the session.
    pub user_id: UserId,
}

impl FromFields for HandOverRequest {
    const MAX_BYTES: usize = MAX_BYTES;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let user_id =
            fields.required_integer("userId", |it| UserId::new(it).ok_or(Invalid::NotAnInteger));
        Some(Self { user_id: user_id? })
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
    /// Whether a host keeps me from writing as I would by default; null for who does not take part.
    #[schema(required)]
    muted: Option<bool>,
    /// Those who take part under their nickname, and how often somebody has come in without a
    /// name.
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
    /// Questions and replies that wait for review; null for all but hosts.
    #[schema(required, minimum = 0)]
    pending_count: Option<i64>,
    settings: SettingsResponse,
    /// How far it has come: events go on from here (`after`).
    #[schema(value_type = String, pattern = "^[0-9a-z]{6}-h?[0-9]{1,19}$")]
    change: Position,
}

/// What a session allows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SettingsResponse {
    #[serde(flatten)]
    rules: Rules,
    /// What has one of these words waits for review; null for all but hosts.
    #[schema(required, value_type = Option<Vec<String>>)]
    blocked_words: Option<BlockedWords>,
}

impl SessionResponse {
    /// As it is for whoever asked `sessions` for it.
    pub fn new(session: Session, sessions: &SessionsService) -> Self {
        let now = sessions.now();
        let is_host = session.role().is_some_and(Role::is_host);
        Self {
            muted: session.is_muted(now),
            pending_count: is_host.then_some(session.counts.pending_count),
            settings: SettingsResponse {
                rules: session.settings.rules,
                blocked_words: is_host.then_some(session.settings.blocked_words.clone()),
            },
            change: sessions.position(&session),
            expired: session.is_expired(now),
            role: session.role(),
            participant_count: session.participant_count(),
            listed_count: session.counts.listed_count,
            anonymous_count: session.counts.anonymous_count,
            question_count: session.counts.shown_count,
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
    /// These as they are for whoever asked `service` for them, and the way to those that follow.
    pub fn new(page: Page<Session>, service: &SessionsService, cursors: &ListCursors) -> Self {
        let next_cursor = page.end().map(|end| {
            let opened = DateTime::<Utc>::from(end.details.created_at);
            cursors.behind(&(opened.timestamp_micros(), end.details.session_id))
        });
        let sessions = page.entries.into_iter();
        Self {
            sessions: sessions
                .map(|it| SessionResponse::new(it, service))
                .collect(),
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

impl ParticipantsResponse {
    /// These, and the way to those that follow.
    pub fn new(page: ParticipantsPage, cursors: &ListCursors) -> Self {
        let end = page.listed.end();
        let key = end.and_then(|end| Some((end.role, end.user_id?)));
        Self {
            next_cursor: key.map(|key| cursors.behind(&key)),
            participants: page.listed.entries,
            anonymous_count: page.anonymous_count,
        }
    }
}
