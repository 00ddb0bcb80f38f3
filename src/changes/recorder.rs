//! Gives a transaction its numbers.

use std::collections::BTreeMap;

use super::{Change, SessionId, Subject, repository};
use crate::db::{DbConn, DbError};
use crate::users::UserId;

/// The numbers of one transaction: one for each session that it changes, however much it changes
/// there. The session's row is locked.
#[derive(Debug, Default)]
pub struct Recorder(BTreeMap<SessionId, Change>);

impl Recorder {
    /// The number of this transaction in a session. Only this makes numbers.
    ///
    /// # Errors
    /// When the database fails.
    pub fn change(&mut self, conn: &mut DbConn, session_id: SessionId) -> Result<Change, DbError> {
        if let Some(change) = self.0.get(&session_id) {
            return Ok(*change);
        }
        let change = repository::update_next(conn, session_id)?;
        self.0.insert(session_id, change);
        Ok(change)
    }

    /// The number under which things change because they were one person's: what somebody wrote or
    /// liked whose account is deleted, or liked twice, as a guest and as the account that claims
    /// it. Whoever was not there reads everything anew, and never learns which things bear it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn change_of_one_person(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
    ) -> Result<Change, DbError> {
        self.subject(conn, session_id, Subject::OfOnePerson, "", None)?;
        self.change(conn, session_id)
    }

    /// Records that the nickname of a person has changed, or whether it is a host.
    ///
    /// # Errors
    /// When the database fails.
    pub fn person(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        user_id: UserId,
    ) -> Result<(), DbError> {
        let subject_id = user_id.get().to_string();
        self.subject(conn, session_id, Subject::Person, &subject_id, None)
    }

    /// Records that a person is in the list of participants from now on, or not any more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn listing(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        user_id: UserId,
    ) -> Result<(), DbError> {
        let subject_id = user_id.get().to_string();
        self.subject(conn, session_id, Subject::Listing, &subject_id, None)
    }

    /// Records that a question is gone, with the replies to it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn question_gone(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        question_id: &str,
    ) -> Result<(), DbError> {
        self.subject(conn, session_id, Subject::Question, question_id, None)
    }

    /// Records that a reply to a question is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub fn reply_gone(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        reply_id: &str,
        question_id: &str,
    ) -> Result<(), DbError> {
        self.subject(
            conn,
            session_id,
            Subject::Reply,
            reply_id,
            Some(question_id),
        )
    }

    fn subject(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        subject: Subject,
        subject_id: &str,
        question_id: Option<&str>,
    ) -> Result<(), DbError> {
        let change = self.change(conn, session_id)?;
        repository::upsert_subject(conn, session_id, subject, subject_id, question_id, change)
    }

    /// The sessions that have changed.
    pub fn sessions(&self) -> impl Iterator<Item = SessionId> {
        self.0.keys().copied()
    }
}
