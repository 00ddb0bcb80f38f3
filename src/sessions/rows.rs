//! Rows of `sessions` and `participants`.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::{Role, Session, SessionId};
use crate::db::UtcTime;
use crate::db::columns::{stored_as, text_columns};
use crate::db::schema::{participants, sessions};
use crate::users::UserId;

text_columns!(SessionId);
stored_as! { Role, Text, String, |text: &String| Role::parse(text), |role: Role| role.as_str().to_owned() }

/// A new session.
#[derive(Insertable)]
#[diesel(table_name = sessions)]
pub struct NewSessionRow<'a> {
    pub session_id: String,
    pub join_code: &'a str,
    pub title: &'a str,
    pub created_at: UtcTime,
    pub expires_at: UtcTime,
    pub listed_count: i64,
    pub anonymous_count: i64,
    pub question_count: i64,
}

/// A change; what is `None` stays.
#[derive(AsChangeset)]
#[diesel(table_name = sessions)]
pub struct SessionChangeRow<'a> {
    pub title: Option<&'a str>,
    pub expires_at: Option<UtcTime>,
}

/// Someone who takes part.
#[derive(Insertable)]
#[diesel(table_name = participants)]
pub struct NewParticipantRow {
    session_id: String,
    user_id: i64,
    role: &'static str,
    listed: bool,
    anonymous: bool,
    session_created_at: UtcTime,
}

/// How someone takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Participation {
    /// What it may do.
    pub role: Role,
    /// Whether the others see it under its nickname.
    pub listed: bool,
    /// Whether it is counted among those without a name.
    pub anonymous: bool,
}

impl NewParticipantRow {
    /// Of someone who takes part so in a session that was opened at `session_created_at`.
    pub fn new(
        session_id: SessionId,
        user_id: UserId,
        participation: Participation,
        session_created_at: UtcTime,
    ) -> Self {
        Self {
            session_id: session_id.to_text(),
            user_id: user_id.get(),
            role: participation.role.as_str(),
            listed: participation.listed,
            anonymous: participation.anonymous,
            session_created_at,
        }
    }
}

/// A session.
#[derive(Queryable)]
pub struct SessionRow {
    session_id: SessionId,
    join_code: String,
    title: String,
    created_at: UtcTime,
    expires_at: UtcTime,
    ended_at: Option<UtcTime>,
    listed_count: i64,
    anonymous_count: i64,
    question_count: i64,
}

/// A session, and how whoever asks takes part in it.
impl From<(SessionRow, Option<Participation>)> for Session {
    fn from((row, participation): (SessionRow, Option<Participation>)) -> Self {
        Self {
            session_id: row.session_id,
            join_code: row.join_code,
            title: row.title,
            created_at: row.created_at.into(),
            expires_at: row.expires_at.into(),
            ended_at: row.ended_at.map(Into::into),
            listed_count: row.listed_count,
            anonymous_count: row.anonymous_count,
            question_count: row.question_count,
            participation,
        }
    }
}
