//! Gives a transaction its numbers.

use std::collections::BTreeMap;

use super::{Change, Gone, SessionId, Subject, repository};
use crate::db::{DbConn, DbError};
use crate::users::UserId;

/// The numbers of one transaction: one for each session that it changes, however much it changes
/// there. The session's row is locked.
#[derive(Debug, Default)]
pub struct Recorder(BTreeMap<SessionId, Recorded>);

/// The numbers of a transaction in one session.
#[derive(Debug, Clone, Copy)]
struct Recorded {
    change: Change,
    /// Whether it changes what all see.
    is_public: bool,
}

impl Recorder {
    /// The number of this transaction in a session, for what all see. Only this and
    /// [`Self::change_of_hosts`] make numbers.
    ///
    /// # Errors
    /// When the database fails.
    pub fn change(&mut self, conn: &mut DbConn, session_id: SessionId) -> Result<Change, DbError> {
        let change = match self.0.get(&session_id) {
            Some(recorded) if recorded.is_public => return Ok(recorded.change),
            Some(_) => repository::update_next_of_all(conn, session_id)?,
            None => repository::update_next(conn, session_id)?,
        };
        self.remember(session_id, change, true)
    }

    /// The number of this transaction in a session, for what hosts alone see: those of everybody
    /// else do not tell that something has changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn change_of_hosts(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
    ) -> Result<Change, DbError> {
        if let Some(recorded) = self.0.get(&session_id) {
            return Ok(recorded.change);
        }
        let change = repository::update_next_of_hosts(conn, session_id)?;
        self.remember(session_id, change, false)
    }

    /// One of the two: `is_public`, whether all see it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn change_seen(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        is_public: bool,
    ) -> Result<Change, DbError> {
        if is_public {
            self.change(conn, session_id)
        } else {
            self.change_of_hosts(conn, session_id)
        }
    }

    fn remember(
        &mut self,
        session_id: SessionId,
        change: Change,
        is_public: bool,
    ) -> Result<Change, DbError> {
        self.0.insert(session_id, Recorded { change, is_public });
        Ok(change)
    }

    /// The number under which things change because they were one person's: what somebody wrote or
    /// liked whose account is deleted, or liked twice, as a guest and as the account that claims
    /// it. Whoever was not there reads everything anew, and never learns which things bear it.
    /// `is_public`: whether all see them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn change_of_one_person(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        is_public: bool,
    ) -> Result<Change, DbError> {
        let change = self.change_seen(conn, session_id, is_public)?;
        let subject = if is_public {
            Subject::OfOnePerson
        } else {
            Subject::UnseenOfOnePerson
        };
        repository::upsert_subject(conn, session_id, subject, "", None, change)?;
        Ok(change)
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

    /// Records that a question cannot be seen any more, with the replies to it: by those who could
    /// see it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn question_gone(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        question_id: &str,
        gone: Gone,
    ) -> Result<(), DbError> {
        let subject = match gone {
            Gone::ForAll => Subject::Question,
            Gone::ButForHosts => Subject::HiddenQuestion,
            Gone::ForHosts => Subject::UnseenQuestion,
        };
        self.subject(conn, session_id, subject, question_id, None)
    }

    /// The same of a reply to a question.
    ///
    /// # Errors
    /// When the database fails.
    pub fn reply_gone(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        reply_id: &str,
        question_id: &str,
        gone: Gone,
    ) -> Result<(), DbError> {
        let subject = match gone {
            Gone::ForAll => Subject::Reply,
            Gone::ButForHosts => Subject::HiddenReply,
            Gone::ForHosts => Subject::UnseenReply,
        };
        self.subject(conn, session_id, subject, reply_id, Some(question_id))
    }

    fn subject(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        subject: Subject,
        subject_id: &str,
        question_id: Option<&str>,
    ) -> Result<(), DbError> {
        let change = self.change_seen(conn, session_id, !subject.is_for_hosts())?;
        repository::upsert_subject(conn, session_id, subject, subject_id, question_id, change)
    }

    /// The sessions that have changed.
    pub fn sessions(&self) -> impl Iterator<Item = SessionId> {
        self.0.keys().copied()
    }
}
