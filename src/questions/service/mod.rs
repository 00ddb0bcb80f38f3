//! What the use cases of questions, replies and likes share: asking the table, and coming in.

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
use crate::sessions;
use crate::sessions::{Action, Actor, Presence, Standing};
use crate::users::{CurrentUser, UserId};

/// Writes and reads questions, replies and likes.
#[derive(Clone)]
pub struct QuestionsService {
    pub(super) db: Db,
    pub(super) clock: SharedClock,
    /// How long the login of a guest lives without use once it has contributed.
    guest_lifetime: Duration,
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

    /// Lets the actor take part. From now on the purge keeps a guest, and its login lasts longer.
    fn enter(
        &self,
        conn: &mut DbConn,
        actor: &mut Actor,
        presence: Presence,
    ) -> Result<(), DbError> {
        actor.enter(conn, presence)?;
        if actor.is_guest() {
            auth::keep_guest(conn, actor.me.user_id, self.guest_lifetime, actor.now)
        } else {
            Ok(())
        }
    }

    /// Lets whoever asks do something to a question, if the table of roles and actions says so.
    /// Nothing in the question's session changes until the transaction ends.
    async fn act<T: Send + 'static>(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        action: Action,
        mut act: impl FnMut(&mut DbConn, Actor, Question) -> Result<T, QuestionsError> + Send + 'static,
    ) -> Result<T, QuestionsError> {
        let clock = self.clock.clone();
        let check_and_act = move |conn: &mut DbConn| {
            let session_id = repository::find_session(conn, question_id)?;
            let session_id = session_id.ok_or(QuestionsError::NoSuchQuestion)?;
            let applicant = sessions::lock(conn, &clock, me, session_id)?;
            let question = find(conn, question_id, Some(me.user_id))?;
            let standing = Standing {
                is_author: question.entry.is_owner,
                is_settled: question.is_settled(),
                ..applicant.standing()
            };
            let actor = applicant.allow(action, standing)?;
            act(conn, actor, question)
        };
        self.db.write(check_and_act).await
    }
}

fn find(
    conn: &mut DbConn,
    question_id: QuestionId,
    me: Option<UserId>,
) -> Result<Question, QuestionsError> {
    let question = repository::find(conn, question_id, me)?;
    question.ok_or(QuestionsError::NoSuchQuestion)
}

fn presence(is_anonymous: bool) -> Presence {
    if is_anonymous {
        Presence::Anonymous
    } else {
        Presence::Named
    }
}
