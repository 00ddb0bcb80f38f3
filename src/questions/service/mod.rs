//! Asking, reading, changing, pinning, closing and deleting questions.

pub mod export;
mod likes;
mod replies;

use std::time::Duration;

use super::repository;
use super::rows::NewQuestionRow;
use super::{Body, Contribution, Listing, Question, QuestionId, QuestionsError, Thread};
use crate::auth;
use crate::clock::SharedClock;
use crate::db::{Db, DbConn, DbError};
use crate::paging::Page;
use crate::sessions::{
    self, Action, Actor, Presence, SessionId, Subject, authorize, count_questions,
};
use crate::users::{CurrentUser, UserId};

/// Questions of one session: more are no help to anyone, and an export has to read them.
const MAX_QUESTIONS: i64 = 10_000;

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

    /// Asks a question; whoever asks takes part from then on.
    ///
    /// # Errors
    /// [`QuestionsError::Session`], [`QuestionsError::TooMany`], or when the database fails.
    pub async fn ask(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        contribution: Contribution,
    ) -> Result<Question, QuestionsError> {
        let service = self.clone();
        let ask = move |conn: &mut DbConn| {
            let mut actor = authorize(conn, &service.clock, me, session_id)?;
            actor.require(Action::Ask, Subject::default())?;
            if actor.session.question_count >= MAX_QUESTIONS {
                return Err(QuestionsError::TooMany);
            }
            let is_anonymous = contribution.is_anonymous || actor.is_guest();
            service.enter(conn, me, &mut actor, presence(is_anonymous))?;
            let row = NewQuestionRow {
                session_id: session_id.to_text(),
                author_id: me.user_id.get(),
                anonymous: is_anonymous,
                body: &contribution.body.0,
                pinned: false,
                closed: false,
                likes_count: 0,
                replies_count: 0,
                created_at: actor.now.into(),
                updated_at: actor.now.into(),
            };
            let question_id = repository::insert(conn, &row)?;
            count_questions(conn, session_id, 1)?;
            find(conn, question_id, Some(me.user_id))
        };
        self.db.write(ask).await
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

    /// The questions of a session that are wanted.
    ///
    /// # Errors
    /// [`QuestionsError::Session`] where there is none, or when the database fails.
    pub async fn list(
        &self,
        me: Option<CurrentUser>,
        session_id: SessionId,
        wanted: Listing,
    ) -> Result<Page<Question>, QuestionsError> {
        let me = me.map(|it| it.user_id);
        let limit = wanted.limit;
        let list = move |conn: &mut DbConn| {
            let more = Listing {
                limit: limit + 1,
                ..wanted
            };
            let questions = repository::list(conn, session_id, me, more)?;
            // Where there are questions, there is a session.
            if questions.is_empty() {
                sessions::find(conn, session_id, me)?;
            }
            Ok::<_, QuestionsError>(questions)
        };
        Ok(Page::of(self.db.read(list).await?, limit))
    }

    /// A question with at most `limit` of its replies: of those behind `after`.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], or when the database fails.
    pub async fn get(
        &self,
        me: Option<CurrentUser>,
        question_id: QuestionId,
        after: Option<(bool, i64)>,
        limit: usize,
    ) -> Result<Thread, QuestionsError> {
        let me = me.map(|it| it.user_id);
        let get = move |conn: &mut DbConn| {
            let question = find(conn, question_id, me)?;
            let replies = repository::replies::list(conn, question_id, me, after, limit + 1)?;
            let replies = Page::of(replies, limit);
            Ok(Thread { question, replies })
        };
        self.db.read(get).await
    }

    /// Changes the words of one's own question, and the question as it is then.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`], or when the database fails.
    pub async fn edit(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        body: Body,
    ) -> Result<Question, QuestionsError> {
        let edit = move |conn: &mut DbConn, locked: Locked| {
            repository::update_body(conn, question_id, &body, locked.actor.now)?;
            find(conn, question_id, Some(me.user_id))
        };
        self.act(me, question_id, Action::EditQuestion, edit).await
    }

    /// Deletes a question with its replies and all likes.
    ///
    /// # Errors
    /// As for [`Self::edit`].
    pub async fn delete(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
    ) -> Result<(), QuestionsError> {
        let delete = move |conn: &mut DbConn, locked: Locked| {
            repository::delete(conn, question_id)?;
            Ok(count_questions(conn, locked.question.session_id, -1)?)
        };
        let action = Action::DeleteQuestion;
        self.act(me, question_id, action, delete).await
    }

    /// Pins a question, or not any more, and the question as it is then.
    ///
    /// # Errors
    /// As for [`Self::edit`].
    pub async fn pin(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        is_pinned: bool,
    ) -> Result<Question, QuestionsError> {
        let pin = move |conn: &mut DbConn, _: Locked| {
            repository::update_pinned(conn, question_id, is_pinned)?;
            find(conn, question_id, Some(me.user_id))
        };
        self.act(me, question_id, Action::PinQuestion, pin).await
    }

    /// Closes a question, or opens it again, and the question as it is then.
    ///
    /// # Errors
    /// As for [`Self::edit`].
    pub async fn close(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        is_closed: bool,
    ) -> Result<Question, QuestionsError> {
        let close = move |conn: &mut DbConn, _: Locked| {
            repository::update_closed(conn, question_id, is_closed)?;
            find(conn, question_id, Some(me.user_id))
        };
        self.act(me, question_id, Action::CloseQuestion, close)
            .await
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
