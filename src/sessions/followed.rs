//! What those who follow a session are told of it and of the persons in it.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::repository::followed;
use super::{Role, Rules, SessionCounts, SessionDetails, SessionId};
use crate::changes::Change;
use crate::db::{DbConn, DbError};
use crate::users::{Nickname, UserId};

pub use followed::list_changes;

/// A session as those who follow it see it.
#[derive(Debug, Clone)]
pub struct Followed {
    /// What it says of itself.
    pub details: SessionDetails,
    /// What it allows.
    pub rules: Rules,
    /// What is counted of it.
    pub counts: SessionCounts,
    /// How far it has come.
    pub change: Change,
    /// When what it says of itself changed last.
    pub details_change: Change,
    /// When what is counted of it changed last.
    pub counts_change: Change,
    /// When that changed last which waits for review, as hosts count.
    pub pending_change: i64,
}

impl Followed {
    /// Whether its time has passed.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.details.expires_at <= now.into()
    }
}

/// What a session says of itself, in an event: without what is personal, and without counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionEvent {
    #[serde(flatten)]
    details: SessionDetails,
    /// What it allows, but for the words that it holds back.
    settings: Rules,
    /// Whether its time has passed.
    expired: bool,
}

impl SessionEvent {
    /// As it is at `now`.
    pub fn new(session: &Followed, now: DateTime<Utc>) -> Self {
        Self {
            details: session.details.clone(),
            settings: session.rules,
            expired: session.is_expired(now),
        }
    }
}

/// Someone whom others see, in an event. Whoever follows puts it into all that bears this `userId`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PersonEvent)]
pub struct Person {
    /// Whom it is about.
    pub user_id: UserId,
    /// As the account is called now; null once it is deleted.
    #[schema(required, value_type = Option<Nickname>)]
    pub nickname: Option<String>,
    /// Whether it is a host of the session now.
    pub is_host: bool,
    /// Its role in the list of participants; null for who is not listed any more. To those who do
    /// not take part themselves, it is always null: they see no list.
    #[schema(required)]
    pub role: Option<Role>,
}

impl Person {
    /// As those see it who do not take part.
    pub fn without_role(self) -> Self {
        Self { role: None, ..self }
    }
}

/// The session with this id, as those who follow it see it; `None` once it is deleted.
///
/// # Errors
/// When the database fails.
pub fn find_followed(
    conn: &mut DbConn,
    session_id: SessionId,
) -> Result<Option<Followed>, DbError> {
    followed::find(conn, session_id)
}

/// The hosts of a session.
///
/// # Errors
/// When the database fails.
pub fn list_hosts(conn: &mut DbConn, session_id: SessionId) -> Result<HashSet<UserId>, DbError> {
    Ok(followed::list_hosts(conn, session_id)?
        .into_iter()
        .collect())
}

/// All who take part in a session.
///
/// # Errors
/// When the database fails.
pub fn list_present(conn: &mut DbConn, session_id: SessionId) -> Result<HashSet<UserId>, DbError> {
    Ok(followed::list_present(conn, session_id)?
        .into_iter()
        .collect())
}

/// How these persons stand in a session now: those, too, who are in it no longer, or nowhere.
///
/// # Errors
/// When the database fails.
pub fn list_persons(
    conn: &mut DbConn,
    session_id: SessionId,
    ids: &[UserId],
) -> Result<BTreeMap<UserId, Person>, DbError> {
    let gone = |user_id| Person {
        user_id,
        nickname: None,
        is_host: false,
        role: None,
    };
    let mut persons: BTreeMap<_, _> = ids.iter().map(|id| (*id, gone(*id))).collect();
    for (user_id, nickname) in followed::list_nicknames(conn, ids)? {
        if let Some(person) = persons.get_mut(&user_id) {
            person.nickname = nickname;
        }
    }
    for (user_id, role, is_listed) in followed::list_roles(conn, session_id, ids)? {
        if let Some(person) = persons.get_mut(&user_id)
            && person.nickname.is_some()
        {
            person.is_host = role.is_host();
            person.role = is_listed.then_some(role);
        }
    }
    Ok(persons)
}
