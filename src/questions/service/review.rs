//! Approving and dismissing what was asked and replied, one by one and all at once.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::questions::{hide, require_room};
use super::{replies as reply_rules, unchoose};
use crate::audit::AuditAction;
use crate::changes::{Audience, Position, Recorder};
use crate::db::{DbConn, DbError};
use crate::paging::Page;
use crate::questions::repository::{replies, review};
use crate::questions::{
    Question, QuestionId, QuestionNumber, QuestionsError, QuestionsService, RepliesPage, Reply,
    ReplyId, ReplyNumber, Review, Sort, Viewer, repository,
};
use crate::sessions::{self, Action, Actor, SessionId, SessionsError, Tally, decide};
use crate::users::CurrentUser;

/// What is done to everything that waits for review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everybody sees it.
    Approve,
    /// Hosts and its author see it.
    Dismiss,
}

impl QuestionsService {
    /// Lets everybody see a question with the words that the revision names, and returns it.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`],
    /// [`QuestionsError::OtherRevision`], [`QuestionsError::Merged`],
    /// [`QuestionsError::TooManyQuestions`], or when the database fails.
    pub async fn approve(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        revision: i64,
    ) -> Result<Question, QuestionsError> {
        let approve = move |conn: &mut DbConn,
                            recorder: &mut Recorder,
                            actor: Actor,
                            mut question: Question| {
            question.require_unmerged()?;
            question.entry.require_revision(Some(revision))?;
            let before = question.entry.content.review;
            if before != Review::Approved {
                require_room(conn, &actor.session, Review::Approved)?;
                show(conn, recorder, &question)?;
                question.entry.content.review = Review::Approved;
            }
            Ok(question.judged(&Viewer::acting(&actor)))
        };
        let action = Action::ApproveQuestion;
        self.act(me, question_id, action, approve).await
    }

    /// Lets hosts and its author alone see a question, and returns it.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`],
    /// [`QuestionsError::Merged`], or when the database fails.
    pub async fn dismiss(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        ip: Option<IpAddr>,
    ) -> Result<Question, QuestionsError> {
        let dismiss = move |conn: &mut DbConn,
                            recorder: &mut Recorder,
                            mut actor: Actor,
                            mut question: Question| {
            question.require_unmerged()?;
            if question.entry.content.review != Review::Dismissed {
                take_down(conn, recorder, &question)?;
                unchoose(conn, recorder, &mut actor.session, question_id)?;
                let item = question_id.to_text();
                sessions::note_item(conn, &actor, AuditAction::QuestionDismissed, item, ip)?;
                question.entry.content.review = Review::Dismissed;
                question.entry.content.pinned = false;
            }
            Ok(question.judged(&Viewer::acting(&actor)))
        };
        let action = Action::DismissQuestion;
        self.act(me, question_id, action, dismiss).await
    }

    /// Lets everybody see a reply with the words that the revision names, and returns it.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchReply`], [`QuestionsError::Session`],
    /// [`QuestionsError::OtherRevision`], [`QuestionsError::TooManyReplies`], or when the database
    /// fails.
    pub async fn approve_reply(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        revision: i64,
    ) -> Result<Reply, QuestionsError> {
        let approve =
            move |conn: &mut DbConn, recorder: &mut Recorder, actor: Actor, mut reply: Reply| {
                reply.entry.require_revision(Some(revision))?;
                if reply.entry.content.review != Review::Approved {
                    reply_rules::require_room(conn, reply.question, Review::Approved, false)?;
                    show_reply(conn, recorder, actor.session.details.session_id, &reply)?;
                    reply.entry.content.review = Review::Approved;
                }
                Ok(reply.judged(&Viewer::acting(&actor)))
            };
        let action = Action::ApproveReply;
        self.act_on_reply(me, reply_id, action, approve).await
    }

    /// Lets hosts and its author alone see a reply, and returns it.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchReply`], [`QuestionsError::Session`], or when the database fails.
    pub async fn dismiss_reply(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        ip: Option<IpAddr>,
    ) -> Result<Reply, QuestionsError> {
        let dismiss =
            move |conn: &mut DbConn, recorder: &mut Recorder, actor: Actor, mut reply: Reply| {
                if reply.entry.content.review != Review::Dismissed {
                    take_reply_down(conn, recorder, actor.session.details.session_id, &reply)?;
                    let item = reply_id.to_text();
                    sessions::note_item(conn, &actor, AuditAction::ReplyDismissed, item, ip)?;
                    reply.entry.content.review = Review::Dismissed;
                    reply.entry.content.pinned = false;
                }
                Ok(reply.judged(&Viewer::acting(&actor)))
            };
        let action = Action::DismissReply;
        self.act_on_reply(me, reply_id, action, dismiss).await
    }

    /// Does the same to everything that waits for review and has not changed since `up_to`, and
    /// counts it. What there is no room for goes on waiting.
    ///
    /// # Errors
    /// [`QuestionsError::Session`], also for a position that is none of this session's hosts; or
    /// when the database fails.
    pub async fn judge_all(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        up_to: Position,
        verdict: Verdict,
        ip: Option<IpAddr>,
    ) -> Result<usize, QuestionsError> {
        let service = self.clone();
        let judge = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let action = match verdict {
                Verdict::Approve => Action::ApproveQuestion,
                Verdict::Dismiss => Action::DismissQuestion,
            };
            let applicant = sessions::lock(conn, &service.clock, me, session_id)?;
            let standing = applicant.standing();
            let actor = applicant.allow(action, standing)?;
            let now = service
                .changes
                .position(actor.session.change, up_to.audience);
            let is_known = up_to.audience == Audience::Hosts
                && up_to.epoch == now.epoch
                && up_to.number <= now.number;
            if !is_known {
                return Err(SessionsError::Changed.into());
            }
            let viewer = Viewer::acting(&actor);
            let questions = review::list_pending(conn, session_id, up_to.number, &viewer)?;
            let waiting = review::list_pending_replies(conn, session_id, up_to.number, &viewer)?;
            let judged = match verdict {
                Verdict::Approve => {
                    let room = room_left(conn, session_id)?;
                    approve_some(conn, recorder, &questions, room)?
                        + approve_some_replies(conn, recorder, session_id, &waiting)?
                }
                Verdict::Dismiss => {
                    dismiss_listed(conn, recorder, &actor, &questions, ip)?;
                    dismiss_listed_replies(conn, recorder, &actor, &waiting, ip)?;
                    questions.len() + waiting.len()
                }
            };
            Ok(judged)
        };
        self.changes.write(judge).await
    }

    /// At most `limit` replies of a session that are in a state of review, the oldest first, or the
    /// newest: of those behind `after`.
    ///
    /// # Errors
    /// [`QuestionsError::Session`], or when the database fails.
    pub async fn list_replies(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        state: Review,
        (sort, after): (Sort, Option<ReplyNumber>),
        limit: usize,
    ) -> Result<RepliesPage, QuestionsError> {
        let (now, changes) = (self.clock.now(), self.changes.clone());
        let list = move |conn: &mut DbConn| {
            let session = sessions::find(conn, session_id, Some(me.user_id))?;
            decide(Action::ListReview, session.standing(now))?;
            let viewer = Viewer::new(Some(me.user_id), &session, now);
            let order = (sort, after);
            let found = review::list_replies(conn, session_id, state, order, limit + 1, &viewer)?;
            Ok(RepliesPage {
                replies: Page::of(found, limit),
                position: changes.position(session.change, session.audience()),
            })
        };
        self.db.read(list).await
    }
}

/// Lets everybody see a question with its replies.
fn show(conn: &mut DbConn, recorder: &mut Recorder, question: &Question) -> Result<(), DbError> {
    let change = recorder.change(conn, question.session_id)?;
    // A new one has none; places of deleted ones count, too.
    let entry = &question.entry.content;
    let was_shown = entry.review == Review::Dismissed || entry.revision > 0;
    let approved = Review::Approved;
    let has_replies = was_shown && replies::count(conn, question.number, approved)? > 0;
    review::update_review(conn, question.number, approved, has_replies, change)?;
    let tally = Tally {
        questions: 0,
        shown: 1,
        pending: -i64::from(question.entry.content.review == Review::Pending),
    };
    sessions::count(conn, recorder, question.session_id, tally)
}

/// Lets hosts and its author alone see a question with its replies.
fn take_down(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    question: &Question,
) -> Result<(), DbError> {
    let session_id = question.session_id;
    let change = recorder.change_seen(conn, session_id, question.is_shown())?;
    review::update_review(conn, question.number, Review::Dismissed, false, change)?;
    if question.is_shown() {
        return hide(conn, recorder, question, 0);
    }
    reply_rules::count_pending(conn, recorder, session_id, -1)
}

/// Lets those see a reply who see the question.
fn show_reply(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session_id: SessionId,
    reply: &Reply,
) -> Result<(), DbError> {
    let is_public = reply.question_review == Review::Approved;
    let change = recorder.change_seen(conn, session_id, is_public)?;
    replies::update_review(conn, reply.number, Review::Approved, change)?;
    repository::update_replies_count(conn, reply.question, 1, change)?;
    let was_pending = i64::from(reply.entry.content.review == Review::Pending);
    reply_rules::count_pending(conn, recorder, session_id, -was_pending)
}

/// Lets hosts and its author alone see a reply.
fn take_reply_down(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session_id: SessionId,
    reply: &Reply,
) -> Result<(), DbError> {
    let change = recorder.change_seen(conn, session_id, reply.is_shown())?;
    replies::update_review(conn, reply.number, Review::Dismissed, change)?;
    match reply.entry.content.review {
        Review::Approved => reply_rules::hide(conn, recorder, session_id, reply),
        Review::Pending => reply_rules::count_pending(conn, recorder, session_id, -1),
        Review::Dismissed => Ok(()),
    }
}

/// How many more questions a session takes.
fn room_left(conn: &mut DbConn, session_id: SessionId) -> Result<usize, DbError> {
    let approved = review::count_in_review(conn, session_id, Review::Approved)?;
    let left = super::questions::MAX_QUESTIONS - approved;
    Ok(usize::try_from(left).unwrap_or_default())
}

fn approve_some(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    questions: &[Question],
    room: usize,
) -> Result<usize, DbError> {
    for question in questions.iter().take(room) {
        show(conn, recorder, question)?;
    }
    Ok(questions.len().min(room))
}

/// Approves replies as long as their questions have room for them.
fn approve_some_replies(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session_id: SessionId,
    waiting: &[Reply],
) -> Result<usize, DbError> {
    let mut room: BTreeMap<QuestionNumber, i64> = BTreeMap::new();
    let mut approved = 0;
    for reply in waiting {
        let left = match room.get(&reply.question) {
            Some(left) => *left,
            None => {
                let most = reply_rules::MAX_REPLIES as i64;
                most - replies::count(conn, reply.question, Review::Approved)?
            }
        };
        if left > 0 {
            show_reply(conn, recorder, session_id, reply)?;
            approved += 1;
        }
        room.insert(reply.question, left - 1);
    }
    Ok(approved)
}

fn dismiss_listed(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    actor: &Actor,
    questions: &[Question],
    ip: Option<IpAddr>,
) -> Result<(), DbError> {
    for question in questions {
        take_down(conn, recorder, question)?;
        let item = question.question_id.to_text();
        sessions::note_item(conn, actor, AuditAction::QuestionDismissed, item, ip)?;
    }
    Ok(())
}

fn dismiss_listed_replies(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    actor: &Actor,
    waiting: &[Reply],
    ip: Option<IpAddr>,
) -> Result<(), DbError> {
    let session_id = actor.session.details.session_id;
    for reply in waiting {
        take_reply_down(conn, recorder, session_id, reply)?;
        let item = reply.reply_id.to_text();
        sessions::note_item(conn, actor, AuditAction::ReplyDismissed, item, ip)?;
    }
    Ok(())
}
