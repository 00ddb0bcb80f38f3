//! Asking, reading, changing, pinning, closing and deleting questions.

use std::net::IpAddr;

use super::{find, presence, require_room_for_guest};
use crate::audit::AuditAction;
use crate::changes::Recorder;
use crate::db::DbConn;
use crate::paging::Page;
use crate::questions::repository::likes;
use crate::questions::rows::NewQuestionRow;
use crate::questions::{
    Body, Contribution, Listing, Question, QuestionId, QuestionsError, QuestionsPage,
    QuestionsService, ReplyNumber, Thread, Viewer, repository,
};
use crate::retries::{self, Creation, Retry};
use crate::sessions;
use crate::sessions::{Action, Actor, SessionId, count_questions};
use crate::users::CurrentUser;

/// Questions of one session: more are no help to anyone, and an export has to read them.
const MAX_QUESTIONS: i64 = 10_000;

impl QuestionsService {
    /// Asks a question; whoever asks takes part from then on. One that the same request has asked
    /// before is found again.
    ///
    /// # Errors
    /// [`QuestionsError::Session`], [`QuestionsError::Retry`],
    /// [`QuestionsError::TooManyQuestions`], [`QuestionsError::TooManyOfGuest`], or when the
    /// database fails.
    pub async fn ask(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        contribution: Contribution,
        retry: Option<Retry>,
    ) -> Result<Creation<Question>, QuestionsError> {
        let service = self.clone();
        let question_id = QuestionId::generate(&self.random);
        let ask = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let applicant = sessions::lock(conn, &service.clock, me, session_id)?;
            let viewer = Viewer::applying(&applicant);
            let now = applicant.now();
            let find = |conn: &mut DbConn, created: &str| find_asked(conn, created, &viewer);
            let ask = |conn: &mut DbConn| {
                let standing = applicant.standing();
                let actor = applicant.allow(Action::Ask, standing)?;
                let asked = service.insert(conn, recorder, actor, question_id, &contribution)?;
                Ok((question_id.to_text(), asked))
            };
            retries::once(conn, me.user_id, retry.as_ref(), now, find, ask)
        };
        self.changes.write(ask).await
    }

    /// The question that this request has asked before, if it has.
    ///
    /// # Errors
    /// [`QuestionsError::Retry`], [`QuestionsError::NoSuchQuestion`], or when the database fails.
    pub async fn find_asked(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        retry: Retry,
    ) -> Result<Option<Question>, QuestionsError> {
        let now = self.clock.now();
        let find = move |conn: &mut DbConn| {
            let Some(created) = retries::find(conn, me.user_id, &retry)? else {
                return Ok(None);
            };
            let session = sessions::find(conn, session_id, Some(me.user_id))?;
            let viewer = Viewer::new(Some(me.user_id), &session, now);
            find_asked(conn, &created, &viewer).map(Some)
        };
        self.db.read(find).await
    }

    fn insert(
        &self,
        conn: &mut DbConn,
        recorder: &mut Recorder,
        mut actor: Actor,
        question_id: QuestionId,
        contribution: &Contribution,
    ) -> Result<Question, QuestionsError> {
        if actor.session.counts.question_count >= MAX_QUESTIONS {
            return Err(QuestionsError::TooManyQuestions);
        }
        require_room_for_guest(conn, &actor)?;
        let is_anonymous = contribution.anonymous || actor.is_guest();
        self.enter(conn, recorder, &mut actor, presence(is_anonymous))?;
        let session_id = actor.session.details.session_id;
        let row = NewQuestionRow {
            public_id: question_id,
            session_id,
            author_id: actor.me.user_id,
            anonymous: is_anonymous,
            body: &contribution.body.0,
            pinned: false,
            closed: false,
            likes_count: 0,
            replies_count: 0,
            created_at: actor.now.into(),
            updated_at: actor.now.into(),
        };
        let change = recorder.change(conn, session_id)?;
        let number = repository::insert(conn, &row, change)?;
        count_questions(conn, recorder, session_id, 1)?;
        find(conn, number, &Viewer::acting(&actor))
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
    ) -> Result<QuestionsPage, QuestionsError> {
        let me = me.map(|it| it.user_id);
        let (limit, now, changes) = (wanted.limit, self.clock.now(), self.changes.clone());
        let list = move |conn: &mut DbConn| {
            // First: what changes after this is told by events, whatever is read below.
            let session = sessions::find(conn, session_id, me)?;
            let more = Listing {
                limit: limit + 1,
                ..wanted
            };
            let viewer = Viewer::new(me, &session, now);
            let questions = repository::list(conn, session_id, &viewer, more)?;
            Ok(QuestionsPage {
                questions: Page::of(questions, limit),
                position: changes.position(session.change, session.audience()),
            })
        };
        self.db.read(list).await
    }

    /// A question with at most `limit` of its replies: of those behind `after`.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], or when the database fails.
    pub async fn get(
        &self,
        me: Option<CurrentUser>,
        question_id: QuestionId,
        after: Option<(bool, ReplyNumber)>,
        limit: usize,
    ) -> Result<Thread, QuestionsError> {
        let me = me.map(|it| it.user_id);
        let now = self.clock.now();
        let get = move |conn: &mut DbConn| {
            let row = repository::find_row(conn, question_id, me)?;
            let (row, entry) = row.ok_or(QuestionsError::NoSuchQuestion)?;
            let session = sessions::find(conn, row.session_id, me)?;
            let viewer = Viewer::new(me, &session, now);
            let question = row.seen_by(&viewer, entry);
            let number = question.number;
            let replies = repository::replies::list(conn, number, &viewer, after, limit + 1)?;
            let replies = Page::of(replies, limit);
            Ok(Thread { question, replies })
        };
        self.db.read(get).await
    }

    /// Changes the words of one's own question, and returns the question. The likes of others were
    /// for other words, so they are taken back.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`], or when the database fails.
    pub async fn edit(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        body: Body,
    ) -> Result<Question, QuestionsError> {
        let edit = move |conn: &mut DbConn,
                         recorder: &mut Recorder,
                         actor: Actor,
                         mut question: Question| {
            if question.body == body.0 {
                return Ok(question);
            }
            let number = question.number;
            let change = recorder.change(conn, question.session_id)?;
            repository::update_body(conn, number, &body, actor.now, change)?;
            question.body.clone_from(&body.0);
            question.entry.revise(actor.now);
            if question.entry.likes_of_others() > 0 {
                let fewer = likes::delete_of_question_by_others(conn, number, me.user_id)?;
                let left = likes::update_count_of_question(conn, number, -fewer, change)?;
                question.entry.likes_count = left;
            }
            Ok(question.judged(&Viewer::acting(&actor)))
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
        ip: Option<IpAddr>,
    ) -> Result<(), QuestionsError> {
        let delete =
            move |conn: &mut DbConn, recorder: &mut Recorder, actor: Actor, question: Question| {
                let (session_id, item) = (question.session_id, question_id.to_text());
                repository::delete(conn, question.number)?;
                recorder.question_gone(conn, session_id, &item)?;
                if !question.entry.is_owner {
                    sessions::note_removal(conn, &actor, AuditAction::QuestionRemoved, item, ip)?;
                }
                Ok(count_questions(conn, recorder, session_id, -1)?)
            };
        let action = Action::DeleteQuestion;
        self.act(me, question_id, action, delete).await
    }

    /// Pins a question, or not any more, and returns the question. Where a `revision` is given, the
    /// words are pinned that it names, or nothing.
    ///
    /// # Errors
    /// As for [`Self::edit`], and [`QuestionsError::OtherRevision`].
    pub async fn pin(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        is_pinned: bool,
        revision: Option<i64>,
    ) -> Result<Question, QuestionsError> {
        let pin = move |conn: &mut DbConn,
                        recorder: &mut Recorder,
                        actor: Actor,
                        mut question: Question| {
            question.entry.require_revision(revision)?;
            if question.entry.content.pinned != is_pinned {
                let change = recorder.change(conn, question.session_id)?;
                repository::update_pinned(conn, question.number, is_pinned, change)?;
                question.entry.content.pinned = is_pinned;
            }
            Ok(question.judged(&Viewer::acting(&actor)))
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
        let close = move |conn: &mut DbConn,
                          recorder: &mut Recorder,
                          actor: Actor,
                          mut question: Question| {
            if question.closed != is_closed {
                let change = recorder.change(conn, question.session_id)?;
                repository::update_closed(conn, question.number, is_closed, change)?;
                question.closed = is_closed;
            }
            Ok(question.judged(&Viewer::acting(&actor)))
        };
        self.act(me, question_id, Action::CloseQuestion, close)
            .await
    }
}

/// A question by its id as a key has kept it.
fn find_asked(
    conn: &mut DbConn,
    created: &str,
    viewer: &Viewer,
) -> Result<Question, QuestionsError> {
    let question_id = QuestionId::parse(created).ok_or(QuestionsError::NoSuchQuestion)?;
    let place = repository::find_place(conn, question_id)?;
    let (number, _) = place.ok_or(QuestionsError::NoSuchQuestion)?;
    find(conn, number, viewer)
}
