//! What the use cases of sessions share; each kind of them is beside this file.

pub mod access;
mod hosts;
pub mod known_codes;
mod lifecycle;
mod participants;

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::repository;
use super::service::access::Actor;
use super::service::known_codes::KnownCodes;
use super::{Session, SessionId, SessionsError};
use crate::audit::{self, AuditAction, AuditEntry};
use crate::changes::{Changes, Position, Recorder};
use crate::clock::SharedClock;
use crate::db::{Db, DbConn, DbError};
use crate::purge::PurgeSoon;
use crate::random::Random;
use crate::users::UserId;

/// Opens sessions and lets people in.
#[derive(Clone)]
pub struct SessionsService {
    db: Db,
    clock: SharedClock,
    random: Random,
    purge_soon: PurgeSoon,
    known_codes: KnownCodes,
    changes: Changes,
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
///
/// # Errors
/// When the database fails.
pub fn count_questions(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session_id: SessionId,
    added: i64,
) -> Result<(), DbError> {
    let change = recorder.change(conn, session_id)?;
    repository::update_question_count(conn, session_id, added, change)
}

/// Counts questions that the purge has removed from a deleted session, whose row is locked.
///
/// # Errors
/// When the database fails.
pub fn count_removed_questions(
    conn: &mut DbConn,
    session_id: SessionId,
    removed: i64,
) -> Result<(), DbError> {
    repository::update_fewer_questions(conn, session_id, removed)
}

/// Locks a session's row, if there is one, until the transaction ends.
pub fn lock_row(conn: &mut DbConn, session_id: SessionId) -> Result<(), DbError> {
    repository::lock(conn, session_id)
}

/// Notes that a session, whose row is locked, has no questions any more.
pub fn count_no_questions(conn: &mut DbConn, session_id: SessionId) -> Result<(), DbError> {
    repository::update_no_questions(conn, session_id)
}

/// Writes down that a host has removed what somebody wrote: which item, and never whose.
pub fn note_removal(
    conn: &mut DbConn,
    actor: &Actor,
    action: AuditAction,
    item_id: String,
    ip: Option<IpAddr>,
) -> Result<(), DbError> {
    let removed = AuditEntry {
        item_id: Some(item_id),
        ..entry(action, actor, ip)
    };
    audit::repository::insert(conn, &removed)
}

impl SessionsService {
    /// On this database. What is deleted, the purge is asked to remove.
    pub fn new(
        db: Db,
        clock: SharedClock,
        random: Random,
        purge_soon: PurgeSoon,
        known_codes: KnownCodes,
        changes: Changes,
    ) -> Self {
        Self {
            db,
            clock,
            random,
            purge_soon,
            known_codes,
            changes,
        }
    }

    /// The time, to tell what is over.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// How far a session has come, as it is told to whoever it is read for.
    pub fn position(&self, session: &Session) -> Position {
        self.changes.position(session.change, session.audience())
    }
}

fn entry(action: AuditAction, actor: &Actor, ip: Option<IpAddr>) -> AuditEntry {
    AuditEntry {
        login_id: Some(actor.me.login_id),
        ip,
        session_id: Some(actor.session.details.session_id.to_text()),
        ..AuditEntry::new(action, Some(actor.me.user_id), actor.now)
    }
}
