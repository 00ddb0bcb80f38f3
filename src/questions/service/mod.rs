//! What questions, replies and likes share: locking, asking the table, and coming in.

pub mod account_data;
pub mod export;
mod likes;
mod questions;
mod replies;

use std::time::Duration;

use super::repository;
use super::{Question, QuestionId, QuestionsError};
use crate::auth;
use crate::clock::SharedClock;
use crate::db::{Db, DbConn, DbError};
use crate::sessions::{Action, Actor, Presence, Subject, authorize};
use crate::users::{CurrentUser, UserId};

/// Writes and reads questions, replies and likes.
#[derive(Clone)]
pub struct QuestionsService {
    pub(super) db: Db,
    pub(super) clock: SharedClock,
    /// How long the login of a guest lives without use once it has contributed.
    guest_lifetime: Duration,
}

/// A question that someone may act on. Nothing in its session changes until the transaction ends.
pub(super) struct Locked {
    pub actor: Actor,
    pub question: Question,
}

impl QuestionsService {
    /// On this database. Once guests have contributed, their logins live for `guest_lifetime`
    /// without use.
    pub fn new(db: Db, clock: SharedClock, guest_lifetime: Duration) -> Self {
        Self {
            db,
            clock,
            guest_lifetime,
        }
    }

    /// Lets whoever contributes take part. A guest is kept from then on, and may be away for
    /// longer.
    pub(super) fn enter(
        &self,
        conn: &mut DbConn,
        me: CurrentUser,
        actor: &mut Actor,
        presence: Presence,
    ) -> Result<(), DbError> {
        actor.enter(conn, presence)?;
        if actor.is_guest() {
            auth::keep_guest(conn, me.user_id, self.guest_lifetime, actor.now)
        } else {
            Ok(())
        }
    }

    /// Lets whoever asks do something to a question, if the table of roles and actions says so.
    pub(super) async fn act<T: Send + 'static>(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        action: Action,
        mut act: impl FnMut(&mut DbConn, Locked) -> Result<T, QuestionsError> + Send + 'static,
    ) -> Result<T, QuestionsError> {
        let clock = self.clock.clone();
        let check_and_act = move |conn: &mut DbConn| {
            let locked = lock(conn, &clock, me, question_id)?;
            let subject = Subject {
                is_author: locked.question.entry.is_mine,
                is_settled: locked.question.is_settled(),
            };
            locked.actor.require(action, subject)?;
            act(conn, locked)
        };
        self.db.write(check_and_act).await
    }
}

/// Locks the session of a question, and reads the question as it is then.
///
/// # Errors
/// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`], or when the database fails.
pub(super) fn lock(
    conn: &mut DbConn,
    clock: &SharedClock,
    me: CurrentUser,
    question_id: QuestionId,
) -> Result<Locked, QuestionsError> {
    let session_id = repository::find_session(conn, question_id)?;
    let session_id = session_id.ok_or(QuestionsError::NoSuchQuestion)?;
    let actor = authorize(conn, clock, me, session_id)?;
    let question = find(conn, question_id, Some(me.user_id))?;
    Ok(Locked { actor, question })
}

pub(super) fn find(
    conn: &mut DbConn,
    question_id: QuestionId,
    me: Option<UserId>,
) -> Result<Question, QuestionsError> {
    let question = repository::find(conn, question_id, me)?;
    question.ok_or(QuestionsError::NoSuchQuestion)
}

pub(super) fn presence(is_anonymous: bool) -> Presence {
    if is_anonymous {
        Presence::Anonymous
    } else {
        Presence::Named
    }
}
