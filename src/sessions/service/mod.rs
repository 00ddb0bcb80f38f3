//! What the use cases of sessions share; each kind of them is beside this file.

pub mod access;
mod hosts;
pub mod known_codes;
mod lifecycle;
mod participants;

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::repository::{self, presence};
use super::service::access::Actor;
use super::service::known_codes::KnownCodes;
use super::{Muted, Session, SessionDetails, SessionId, SessionsError};
use crate::audit::{self, AuditAction, AuditEntry};
use crate::blocked_words::{FoldedText, WordList};
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

/// What a session counts more, or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Questions, whoever sees them.
    pub questions: i64,
    /// Questions that everybody sees.
    pub shown: i64,
    /// Questions and replies that wait for review.
    pub pending: i64,
}

/// Counts in a session, whose row is locked. What waits for review, hosts alone are told.
///
/// # Errors
/// When the database fails.
pub fn count(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session_id: SessionId,
    tally: Tally,
) -> Result<(), DbError> {
    if tally == Tally::default() {
        return Ok(());
    }
    let change = recorder.change_seen(conn, session_id, tally.shown != 0)?;
    repository::update_tally(conn, session_id, tally, change)
}

/// Changes what a session says of itself, whose row is locked.
///
/// # Errors
/// When the database fails.
pub fn change_details(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session: &mut Session,
    change: impl FnOnce(&mut SessionDetails),
) -> Result<(), DbError> {
    let before = session.details.clone();
    change(&mut session.details);
    if session.details != before {
        session.change = recorder.change(conn, session.details.session_id)?;
        repository::update(conn, &session.details, session.change)?;
    }
    Ok(())
}

/// Whether a text has a word that a session, or this server, holds back.
pub fn is_blocked(session: &Session, instance_words: &WordList, text: &str) -> bool {
    let text = FoldedText::new(text);
    let uses_instance_words = session.settings.rules.use_instance_words;
    WordList::from(&session.settings.blocked_words).is_in(&text)
        || uses_instance_words && instance_words.is_in(&text)
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

/// Writes down what a host has done to what somebody wrote: which item, and never whose.
pub fn note_item(
    conn: &mut DbConn,
    actor: &Actor,
    action: AuditAction,
    item_id: String,
    ip: Option<IpAddr>,
) -> Result<(), DbError> {
    let done = AuditEntry {
        item_id: Some(item_id),
        ..entry(action, actor, ip)
    };
    audit::repository::insert(conn, &done)
}

/// Notes how a participant is muted in a session, whose row is locked.
pub fn note_muted(
    conn: &mut DbConn,
    session_id: SessionId,
    user_id: Option<UserId>,
    muted: Muted,
) -> Result<(), DbError> {
    presence::update_muted(conn, session_id, user_id, muted)
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
