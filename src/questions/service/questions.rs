//! Asking, reading, changing, pinning, closing and deleting questions.

use std::net::IpAddr;

use super::{find, require_room_for_guest};
use crate::audit::AuditAction;
use crate::changes::{Gone, Recorder};
use crate::db::{DbConn, DbError};
use crate::paging::Page;
use crate::questions::repository::{likes, review};
use crate::questions::rows::NewQuestionRow;
use crate::questions::{
    Body, Contribution, Listing, Question, QuestionId, QuestionsError, QuestionsPage,
    QuestionsService, ReplyNumber, Review, Thread, Viewer, repository,
};
use crate::retries::{self, Creation, Retry};
use crate::sessions;
use crate::sessions::{Action, Actor, Session, SessionId, Standing, Tally, decide};
use crate::users::CurrentUser;

/// Questions of one session that hosts have approved, merged ones included: more are no help to
/// anyone, and an export has to read them.
pub(super) const MAX_QUESTIONS: i64 = 10_000;
/// Questions of one session that wait for review.
const MAX_PENDING: i64 = 2_000;

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
                let standing = applicant.writing(contribution.anonymous);
                let actor = applicant.allow(Action::Ask, standing)?;
                let new = (question_id, &contribution.body);
                let asked = service.insert(conn, recorder, actor, standing, new)?;
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
        standing: Standing,
        (question_id, body): (QuestionId, &Body),
    ) -> Result<Question, QuestionsError> {
        let review = self.review(&actor, Action::Ask, standing, body, Review::Approved);
        require_room(conn, &actor.session, review)?;
        require_room_for_guest(conn, &actor)?;
        self.enter_writing(conn, recorder, &mut actor, standing)?;
        let session_id = actor.session.details.session_id;
        let is_shown = review == Review::Approved;
        let row = NewQuestionRow {
            public_id: question_id,
            session_id,
            author_id: actor.me.user_id,
            anonymous: standing.is_anonymous,
            body: body.as_str(),
            pinned: false,
            closed: false,
            likes_count: 0,
            replies_count: 0,
            created_at: actor.now.into(),
            updated_at: actor.now.into(),
            review,
            shown: is_shown,
        };
        let change = recorder.change_seen(conn, session_id, is_shown)?;
        let number = repository::insert(conn, &row, change)?;
        let tally = Tally {
            questions: 1,
            shown: i64::from(is_shown),
            pending: i64::from(!is_shown),
        };
        sessions::count(conn, recorder, session_id, tally)?;
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
        let texts = self.search_texts.clone();
        let more = Listing {
            limit: limit + 1,
            ..wanted
        };
        let list = move |conn: &mut DbConn| {
            // First: what changes after this is told by events, whatever is read below.
            let session = sessions::find(conn, session_id, me)?;
            if more.review != Review::Approved && !more.is_mine {
                decide(Action::ListReview, session.standing(now))?;
            }
            let viewer = Viewer::new(me, &session, now);
            let questions = match &more.search {
                Some(words) => {
                    let epoch = changes.epochs().current();
                    let position = (session_id, epoch, session.change.host_number);
                    texts.find(conn, position, &viewer, &more, words.as_str())?
                }
                None => repository::list(conn, session_id, &viewer, &more)?,
            };
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
            if !question.is_seen_by(&viewer) {
                return Err(QuestionsError::NoSuchQuestion);
            }
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
        let service = self.clone();
        let edit = move |conn: &mut DbConn,
                         recorder: &mut Recorder,
                         actor: Actor,
                         mut question: Question| {
            question.require_unmerged()?;
            if question.body == body.0 {
                return Ok(question);
            }
            let (number, before) = (question.number, question.entry.content.review);
            let standing = question.standing(&Viewer::acting(&actor));
            let review = service.review(&actor, Action::EditQuestion, standing, &body, before);
            let change = recorder.change_seen(conn, question.session_id, question.is_shown())?;
            repository::update_body(conn, number, &body, review, actor.now, change)?;
            question.body.clone_from(&body.0);
            question.entry.revise(actor.now);
            if question.entry.likes_of_others() > 0 {
                let fewer = likes::delete_of_question_by_others(conn, number, me.user_id)?;
                let left = likes::update_count_of_question(conn, number, -fewer, change)?;
                question.entry.likes_count = left;
            }
            if review != before {
                require_room(conn, &actor.session, review)?;
                question.entry.content.review = review;
                hide(conn, recorder, &question, 1)?;
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
        let delete = move |conn: &mut DbConn,
                           recorder: &mut Recorder,
                           mut actor: Actor,
                           question: Question| {
            if !question.entry.is_owner {
                let item = question_id.to_text();
                sessions::note_item(conn, &actor, AuditAction::QuestionRemoved, item, ip)?;
            }
            remove(conn, recorder, &mut actor.session, &question)
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
            question.require_shown()?;
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
            question.require_unmerged()?;
            if question.closed != is_closed {
                let is_shown = question.is_shown();
                let change = recorder.change_seen(conn, question.session_id, is_shown)?;
                repository::update_closed(conn, question.number, is_closed, change)?;
                question.closed = is_closed;
            }
            Ok(question.judged(&Viewer::acting(&actor)))
        };
        self.act(me, question_id, Action::CloseQuestion, close)
            .await
    }
}

/// Refuses a question for which a session has no room.
pub(super) fn require_room(
    conn: &mut DbConn,
    session: &Session,
    review: Review,
) -> Result<(), QuestionsError> {
    let most = match review {
        Review::Pending => MAX_PENDING,
        Review::Approved | Review::Dismissed => MAX_QUESTIONS,
    };
    // Most sessions have not as many in all.
    if session.counts.question_count < most {
        return Ok(());
    }
    let session_id = session.details.session_id;
    if review::count_in_review(conn, session_id, review)? < most {
        return Ok(());
    }
    Err(match review {
        Review::Pending => QuestionsError::TooManyPending,
        Review::Approved | Review::Dismissed => QuestionsError::TooManyQuestions,
    })
}

/// Tells that a question is seen by hosts and its author alone from now on, whose row says so.
/// `pending`: how many more wait for review.
pub(super) fn hide(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    question: &Question,
    pending: i64,
) -> Result<(), DbError> {
    let (session_id, item) = (question.session_id, question.question_id.to_text());
    recorder.question_gone(conn, session_id, &item, Gone::ButForHosts)?;
    let tally = Tally {
        questions: 0,
        shown: -1,
        pending,
    };
    sessions::count(conn, recorder, session_id, tally)
}

/// Deletes a question with its replies and all likes, and with what was merged into it.
pub(super) fn remove(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session: &mut Session,
    question: &Question,
) -> Result<(), QuestionsError> {
    let (session_id, item) = (question.session_id, question.question_id.to_text());
    let (is_shown, number) = (question.is_shown(), question.number);
    let is_pending = question.entry.content.review == Review::Pending;
    let pending_replies = repository::replies::count(conn, number, Review::Pending)?;
    if question.merged_into.is_some() {
        repository::merging::update_one_less(conn, number)?;
    }
    if question.merged_count > 0 {
        // Hosts still hold them, with where they have gone.
        for merged in repository::merging::list_merged(conn, number)? {
            recorder.question_gone(conn, session_id, &merged.to_text(), Gone::ForHosts)?;
        }
    }
    repository::delete(conn, number)?;
    recorder.question_gone(conn, session_id, &item, Gone::deleted(is_shown))?;
    super::unchoose(conn, recorder, session, question.question_id)?;
    let tally = Tally {
        questions: -1 - question.merged_count,
        shown: -i64::from(is_shown),
        pending: -i64::from(is_pending) - pending_replies,
    };
    Ok(sessions::count(conn, recorder, session_id, tally)?)
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
