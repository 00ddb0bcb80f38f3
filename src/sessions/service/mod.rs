//! What the use cases of sessions share; each kind of them is beside this file.

pub mod access;
mod hosts;
mod lifecycle;
mod participants;

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::repository;
use super::service::access::Actor;
use super::{Session, SessionId, SessionsError};
use crate::audit;
use crate::audit::AuditEntry;
use crate::clock::SharedClock;
use crate::db::{Db, DbConn, DbError};
use crate::random::Random;
use crate::users::UserId;

/// Opens sessions and lets people in.
#[derive(Clone)]
pub struct SessionsService {
    db: Db,
    clock: SharedClock,
    random: Random,
}

/// The session with this id, as it is for whoever asks, inside another feature's read.
///
/// # Errors
/// [`SessionsError::NoSuchSession`], or when the database fails.
pub fn find(
    conn: &mut DbConn,
    session_id: SessionId,
    me: Option<UserId>,
) -> Result<Session, SessionsError> {
    let session = repository::find(conn, session_id, me)?;
    session.ok_or(SessionsError::NoSuchSession)
}

/// Counts questions that were added to a session, or taken away from it, whose row is locked.
pub fn count_questions(
    conn: &mut DbConn,
    session_id: SessionId,
    added: i64,
) -> Result<(), DbError> {
    repository::update_question_count(conn, session_id, added)
}

impl SessionsService {
    /// On this database.
    pub fn new(db: Db, clock: SharedClock, random: Random) -> Self {
        Self { db, clock, random }
    }

    /// The time, to tell what is over.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

fn entry(action: audit::AuditAction, actor: &Actor, ip: Option<IpAddr>) -> AuditEntry {
    AuditEntry {
        login_id: Some(actor.me.login_id),
        ip,
        session_id: Some(actor.session.details.session_id.to_text()),
        ..AuditEntry::new(action, Some(actor.me.user_id), actor.now)
    }
}
