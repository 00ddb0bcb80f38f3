//! What the use cases of questions, replies and likes share: asking the table, and coming in.

pub mod export;
mod likes;
mod place;
mod questions;
mod replies;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::repository;
use super::repository::ownership;
use super::{Question, QuestionId, QuestionNumber, QuestionsError, Viewer};
use crate::auth;
use crate::changes::{Changes, Recorder};
use crate::clock::SharedClock;
use crate::db::{Db, DbConn, DbError};
use crate::random::Random;
use crate::sessions;
use crate::sessions::{Action, Actor, Presence};
use crate::users::CurrentUser;

/// Questions, replies and likes of one guest: a claim moves them in one transaction.
const MAX_CONTRIBUTIONS_OF_GUEST: i64 = 2_000;

/// Writes and reads questions, replies and likes.
#[derive(Clone)]
pub struct QuestionsService {
    pub(super) db: Db,
    pub(super) clock: SharedClock,
    random: Random,
    /// How long the login of a guest lives without use once it has contributed.
    guest_lifetime: Duration,
    /// Workbooks that may still be begun.
    workbooks: Arc<Semaphore>,
    changes: Changes,
}

impl QuestionsService {
    /// On this database. Once guests have contributed, their logins live for `guest_lifetime`
    /// without use.
    pub fn new(
        db: Db,
        clock: SharedClock,
        random: Random,
        guest_lifetime: Duration,
        changes: Changes,
    ) -> Self {
        Self {
            db,
            clock,
            random,
            guest_lifetime,
            workbooks: Arc::new(Semaphore::new(export::MAX_WORKBOOKS)),
            changes,
        }
    }

    /// Lets the actor take part. From now on the purge keeps a guest, and its login lasts longer.
    fn enter(
        &self,
        conn: &mut DbConn,
        recorder: &mut Recorder,
        actor: &mut Actor,
        presence: Presence,
    ) -> Result<(), DbError> {
        actor.enter(conn, recorder, presence)?;
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
        mut act: impl FnMut(&mut DbConn, &mut Recorder, Actor, Question) -> Result<T, QuestionsError>
        + Send
        + 'static,
    ) -> Result<T, QuestionsError> {
        let clock = self.clock.clone();
        let check_and_act = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let place = repository::find_place(conn, question_id)?;
            let (number, session_id) = place.ok_or(QuestionsError::NoSuchQuestion)?;
            let applicant = sessions::lock(conn, &clock, me, session_id)?;
            let viewer = Viewer::applying(&applicant);
            let question = find(conn, number, &viewer)?;
            let actor = applicant.allow(action, question.standing(&viewer))?;
            act(conn, recorder, actor, question)
        };
        self.changes.write(check_and_act).await
    }
}

fn find(
    conn: &mut DbConn,
    number: QuestionNumber,
    viewer: &Viewer,
) -> Result<Question, QuestionsError> {
    let question = repository::find(conn, number, viewer)?;
    question.ok_or(QuestionsError::NoSuchQuestion)
}

fn presence(is_anonymous: bool) -> Presence {
    if is_anonymous {
        Presence::Anonymous
    } else {
        Presence::Named
    }
}

/// Refuses a guest that owns as much as one claim can move.
fn require_room_for_guest(conn: &mut DbConn, actor: &Actor) -> Result<(), QuestionsError> {
    let is_full =
        actor.is_guest() && ownership::count(conn, actor.me.user_id)? >= MAX_CONTRIBUTIONS_OF_GUEST;
    if is_full {
        return Err(QuestionsError::TooManyOfGuest);
    }
    Ok(())
}
