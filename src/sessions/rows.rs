//! Rows of `sessions` and `participants`, and what of them is told as it stands there.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Role, SessionDescription, SessionId, SessionTitle};
use crate::changes::Change;
use crate::db::UtcTime;
use crate::db::columns::enum_columns;
use crate::db::schema::{participants, sessions, users};
use crate::users::{Nickname, UserId};

enum_columns!(Role);

/// What a session says of itself, whoever asks.
#[derive(
    Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema,
)]
#[diesel(table_name = sessions, primary_key(session_id))]
#[serde(rename_all = "camelCase")]
pub struct SessionDetails {
    /// Cannot be guessed: whoever knows it can read the session.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub session_id: SessionId,
    /// What people type to find it; no other session ever has it.
    #[schema(pattern = "^[34679CDFGHJKMNPQRTVWXY]{6}$")]
    pub join_code: String,
    /// As it was typed, in NFC.
    #[schema(value_type = SessionTitle)]
    pub title: String,
    /// As it was typed, in NFC; empty where nothing was said.
    #[schema(value_type = SessionDescription)]
    pub description: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: UtcTime,
    /// When its super host ended it; null if nobody did.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<UtcTime>,
}

/// What is counted of a session. It changes with the rows that it counts, while the session's row
/// is locked.
#[derive(Debug, Clone, Copy, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct SessionCounts {
    /// How many take part under their nickname.
    pub listed_count: i64,
    /// How often somebody has come in without a name.
    pub anonymous_count: i64,
    /// How many questions there are.
    pub question_count: i64,
}

/// How someone takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = participants)]
pub struct Participation {
    /// What it may do.
    pub role: Role,
    /// Whether the others see it under its nickname.
    pub listed: bool,
    /// Whether it is counted among those without a name.
    pub anonymous: bool,
    /// Since when it is a host; none for others.
    pub host_since: Option<UtcTime>,
    /// Since when it takes part no longer: the row stays for what it counts.
    pub left_at: Option<UtcTime>,
}

/// A session as it is for one who asks.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// What it says of itself.
    #[diesel(embed)]
    pub details: SessionDetails,
    /// What is counted of it.
    #[diesel(embed)]
    pub counts: SessionCounts,
    /// How far it has come.
    #[diesel(embed)]
    pub change: Change,
    /// How whoever asks takes part; a stranger does not.
    #[diesel(embed)]
    pub participation: Option<Participation>,
}

/// Someone who takes part.
#[derive(Insertable)]
#[diesel(table_name = participants)]
pub struct NewParticipantRow {
    pub session_id: SessionId,
    pub user_id: UserId,
    #[diesel(embed)]
    pub participation: Participation,
    pub session_created_at: UtcTime,
}

/// A participant as the others see one.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = users)]
#[serde(rename_all = "camelCase")]
#[schema(as = ParticipantResponse)]
pub struct Participant {
    /// Null for who is not listed, as guests never are.
    #[diesel(select_expression = users::user_id.nullable())]
    #[schema(required)]
    pub user_id: Option<UserId>,
    /// As the account is called now; null for who is not listed.
    #[schema(required, value_type = Option<Nickname>)]
    pub nickname: Option<String>,
    /// What it may do in the session.
    #[diesel(select_expression = participants::role)]
    pub role: Role,
}
