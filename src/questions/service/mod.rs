//! What the use cases of questions, replies and likes share: asking the table, and coming in.

pub mod export;
mod labels;
mod likes;
mod merging;
mod mutes;
mod place;
mod questions;
mod replies;
pub mod review;
mod search;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use self::search::SearchTexts;
use super::repository;
use super::repository::ownership;
use super::{Body, Question, QuestionId, QuestionNumber, QuestionsError, Review, Viewer};
use crate::auth;
use crate::blocked_words::WordList;
use crate::changes::{Changes, Recorder};
use crate::clock::SharedClock;
use crate::db::{Db, DbConn, DbError};
use crate::random::Random;
use crate::sessions;
use crate::sessions::{Action, Actor, Presence, Session, Standing};
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
    /// What this server holds back in every session that does not say otherwise.
    blocked_words: Arc<WordList>,
    search_texts: SearchTexts,
    changes: Changes,
}

impl QuestionsService {
    /// On this database. Once guests have contributed, their logins live for `guest_lifetime`
    /// without use. `blocked_words` wait for review in every session that does not say otherwise.
    pub fn new(
        db: Db,
        clock: SharedClock,
        random: Random,
        guest_lifetime: Duration,
        blocked_words: WordList,
        changes: Changes,
    ) -> Self {
        Self {
            db,
            clock,
            random,
            guest_lifetime,
            workbooks: Arc::new(Semaphore::new(export::MAX_WORKBOOKS)),
            blocked_words: Arc::new(blocked_words),
            search_texts: SearchTexts::new(),
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
        self.keep_guest(conn, actor)
    }

    /// The same of who asks or replies: in a slow session only a while after the last time.
    fn enter_writing(
        &self,
        conn: &mut DbConn,
        recorder: &mut Recorder,
        actor: &mut Actor,
        standing: Standing,
    ) -> Result<(), QuestionsError> {
        let presence = if standing.is_anonymous {
            Presence::Anonymous
        } else {
            Presence::Named
        };
        actor.enter_writing(conn, recorder, presence, standing)?;
        Ok(self.keep_guest(conn, actor)?)
    }

    fn keep_guest(&self, conn: &mut DbConn, actor: &Actor) -> Result<(), DbError> {
        if actor.is_guest() {
            auth::keep_guest(conn, actor.me.user_id, self.guest_lifetime, actor.now)
        } else {
            Ok(())
        }
    }

    /// Who sees words that are written, or written anew, and that everybody has seen before as
    /// `before` says. The nickname under which they stand is one of them.
    fn review(
        &self,
        actor: &Actor,
        action: Action,
        standing: Standing,
        body: &Body,
        before: Review,
    ) -> Review {
        let name = actor.user.nickname.as_deref();
        let name = name.filter(|_| !standing.is_anonymous).unwrap_or_default();
        let text = format!("{}\n{name}", body.as_str());
        let is_blocked = sessions::is_blocked(&actor.session, &self.blocked_words, &text);
        if sessions::needs_review(action, standing, is_blocked) {
            Review::Pending
        } else {
            before
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

/// Takes a question off the screen.
fn unchoose(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session: &mut Session,
    question_id: QuestionId,
) -> Result<(), DbError> {
    sessions::change_details(conn, recorder, session, |details| {
        details.current_question_id = details.current_question_id.filter(|it| *it != question_id);
    })
}

fn find(
    conn: &mut DbConn,
    number: QuestionNumber,
    viewer: &Viewer,
) -> Result<Question, QuestionsError> {
    let question = repository::find(conn, number, viewer)?;
    let seen = question.filter(|it| it.is_seen_by(viewer));
    seen.ok_or(QuestionsError::NoSuchQuestion)
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
