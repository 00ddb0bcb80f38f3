//! Asking, reading, changing, pinning, closing and deleting questions.

use super::{find, presence};
use crate::db::DbConn;
use crate::paging::Page;
use crate::questions::rows::NewQuestionRow;
use crate::questions::{
    Body, Contribution, Listing, Question, QuestionId, QuestionsError, QuestionsService, ReplyId,
    Thread, repository,
};
use crate::sessions;
use crate::sessions::{Action, Actor, SessionId, authorize, count_questions};
use crate::users::CurrentUser;

/// Questions of one session: more are no help to anyone, and an export has to read them.
const MAX_QUESTIONS: i64 = 10_000;

impl QuestionsService {
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
            let mut actor = authorize(conn, &service.clock, me, session_id, Action::Ask)?;
            if actor.session.counts.question_count >= MAX_QUESTIONS {
                return Err(QuestionsError::TooMany);
            }
            let is_anonymous = contribution.anonymous || actor.is_guest();
            service.enter(conn, &mut actor, presence(is_anonymous))?;
            let row = NewQuestionRow {
                session_id,
                author_id: me.user_id,
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
        after: Option<(bool, ReplyId)>,
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

    /// Changes the words of one's own question, and returns the question.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`], or when the database fails.
    pub async fn edit(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        body: Body,
    ) -> Result<Question, QuestionsError> {
        let edit = move |conn: &mut DbConn, actor: Actor, mut question: Question| {
            repository::update_body(conn, question_id, &body, actor.now)?;
            question.body.clone_from(&body.0);
            question.entry.updated_at = actor.now;
            Ok(question)
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
        let delete = move |conn: &mut DbConn, _: Actor, question: Question| {
            repository::delete(conn, question_id)?;
            Ok(count_questions(conn, question.session_id, -1)?)
        };
        let action = Action::DeleteQuestion;
        self.act(me, question_id, action, delete).await
    }

    /// Pins a question, or not any more, and returns the question.
    ///
    /// # Errors
    /// As for [`Self::edit`].
    pub async fn pin(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        is_pinned: bool,
    ) -> Result<Question, QuestionsError> {
        let pin = move |conn: &mut DbConn, _: Actor, mut question: Question| {
            repository::update_pinned(conn, question_id, is_pinned)?;
            question.entry.pinned = is_pinned;
            Ok(question)
        };
        self.act(me, question_id, Action::PinQuestion, pin).await
    }

    /// Closes a question, or opens it again, and returns the question.
    ///
    /// # Errors
    /// As for [`Self::edit`].
    pub async fn close(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        is_closed: bool,
    ) -> Result<Question, QuestionsError> {
        let close = move |conn: &mut DbConn, _: Actor, mut question: Question| {
            repository::update_closed(conn, question_id, is_closed)?;
            question.closed = is_closed;
            Ok(question)
        };
        self.act(me, question_id, Action::CloseQuestion, close)
            .await
    }
}
