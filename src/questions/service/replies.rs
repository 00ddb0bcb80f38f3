//! Replying; changing, pinning and deleting replies.

use std::net::IpAddr;

use super::require_room_for_guest;
use crate::audit::AuditAction;
use crate::changes::{Gone, Recorder};
use crate::db::{DbConn, DbError};
use crate::questions::repository::{likes, replies};
use crate::questions::rows::NewReplyRow;
use crate::questions::{
    Body, Contribution, QuestionId, QuestionNumber, QuestionsError, QuestionsService, Reply,
    ReplyId, ReplyNumber, Review, Viewer, repository,
};
use crate::retries::{self, Creation, Retry};
use crate::sessions;
use crate::sessions::{Action, Actor, Role, SessionId, Standing, Tally};
use crate::users::CurrentUser;

/// Replies to one question, places of deleted ones included, before only hosts reply, and those
/// under their nicknames.
pub(super) const MAX_REPLIES: usize = 1_000;
/// Replies to one question, those of hosts, too.
const MAX_ALL_REPLIES: usize = MAX_REPLIES + 100;

impl QuestionsService {
    /// Replies to a question; whoever replies takes part from then on. A reply that the same
    /// request has written before is found again.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`], [`QuestionsError::Retry`],
    /// [`QuestionsError::TooManyReplies`], [`QuestionsError::TooManyOfGuest`], or when the database
    /// fails.
    pub async fn reply(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        contribution: Contribution,
        retry: Option<Retry>,
    ) -> Result<Creation<Reply>, QuestionsError> {
        let service = self.clone();
        let reply_id = ReplyId::generate(&self.random);
        let reply = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let place = repository::find_place(conn, question_id)?;
            let (number, session_id) = place.ok_or(QuestionsError::NoSuchQuestion)?;
            let applicant = sessions::lock(conn, &service.clock, me, session_id)?;
            let viewer = Viewer::applying(&applicant);
            let now = applicant.now();
            let find = |conn: &mut DbConn, created: &str| {
                let (number, _) = find_place(conn, created)?;
                find_living(conn, number, &viewer)
            };
            let reply = |conn: &mut DbConn| {
                let question = super::find(conn, number, &viewer)?;
                let standing = applicant.writing(contribution.anonymous);
                let actor = applicant.allow(Action::Reply, standing)?;
                question.require_shown()?;
                let new = (number, reply_id, &contribution.body);
                let reply = service.insert_reply(conn, recorder, actor, standing, new)?;
                Ok((reply_id.to_text(), reply))
            };
            retries::once(conn, me.user_id, retry.as_ref(), now, find, reply)
        };
        self.changes.write(reply).await
    }

    /// The reply that this request has written before, if it has.
    ///
    /// # Errors
    /// [`QuestionsError::Retry`], [`QuestionsError::NoSuchReply`], or when the database fails.
    pub async fn find_written(
        &self,
        me: CurrentUser,
        retry: Retry,
    ) -> Result<Option<Reply>, QuestionsError> {
        let now = self.clock.now();
        let find = move |conn: &mut DbConn| {
            let Some(created) = retries::find(conn, me.user_id, &retry)? else {
                return Ok(None);
            };
            let (number, session_id) = find_place(conn, &created)?;
            let session = sessions::find(conn, session_id, Some(me.user_id))?;
            let viewer = Viewer::new(Some(me.user_id), &session, now);
            find_living(conn, number, &viewer).map(Some)
        };
        self.db.read(find).await
    }

    fn insert_reply(
        &self,
        conn: &mut DbConn,
        recorder: &mut Recorder,
        mut actor: Actor,
        standing: Standing,
        (question, reply_id, body): (QuestionNumber, ReplyId, &Body),
    ) -> Result<Reply, QuestionsError> {
        let review = self.review(&actor, Action::Reply, standing, body, Review::Approved);
        let is_host = actor.session.role().is_some_and(Role::is_host);
        // What a host writes anonymously is refused as anybody's is: it would tell who wrote it.
        require_room(conn, question, review, is_host && !standing.is_anonymous)?;
        require_room_for_guest(conn, &actor)?;
        self.enter_writing(conn, recorder, &mut actor, standing)?;
        let session_id = actor.session.details.session_id;
        let row = NewReplyRow {
            public_id: reply_id,
            question_id: question,
            session_id,
            author_id: actor.me.user_id,
            anonymous: standing.is_anonymous,
            body: body.as_str(),
            pinned: false,
            likes_count: 0,
            created_at: actor.now.into(),
            updated_at: actor.now.into(),
            review,
        };
        let is_shown = review == Review::Approved;
        let change = recorder.change_seen(conn, session_id, is_shown)?;
        let number = replies::insert(conn, &row, change)?;
        if is_shown {
            repository::update_replies_count(conn, question, 1, change)?;
        } else {
            count_pending(conn, recorder, session_id, 1)?;
        }
        find(conn, number, &Viewer::acting(&actor))
    }

    /// Changes the words of one's own reply, and returns the reply. The likes of others were for
    /// other words, so they are taken back.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchReply`], [`QuestionsError::Session`], or when the database fails.
    pub async fn edit_reply(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        body: Body,
    ) -> Result<Reply, QuestionsError> {
        let service = self.clone();
        let edit =
            move |conn: &mut DbConn, recorder: &mut Recorder, actor: Actor, mut reply: Reply| {
                if reply.body.as_ref() == Some(&body.0) {
                    return Ok(reply);
                }
                let (number, before) = (reply.number, reply.entry.content.review);
                let standing = reply.standing(&Viewer::acting(&actor));
                let review = service.review(&actor, Action::EditReply, standing, &body, before);
                let session_id = actor.session.details.session_id;
                let change = recorder.change_seen(conn, session_id, reply.is_shown())?;
                replies::update_body(conn, number, &body, review, actor.now, change)?;
                reply.body = Some(body.0.clone());
                reply.entry.revise(actor.now);
                if reply.entry.likes_of_others() > 0 {
                    let fewer = likes::delete_of_reply_by_others(conn, number, me.user_id)?;
                    let left = likes::update_count_of_reply(conn, number, -fewer, change)?;
                    reply.entry.likes_count = left;
                }
                if review != before {
                    require_room(conn, reply.question, review, false)?;
                    hide(conn, recorder, session_id, &reply)?;
                    reply.entry.content.review = review;
                    count_pending(conn, recorder, session_id, 1)?;
                }
                Ok(reply.judged(&Viewer::acting(&actor)))
            };
        self.act_on_reply(me, reply_id, Action::EditReply, edit)
            .await
    }

    /// Deletes a reply. Where its author does, its place stays; where a host does, nothing.
    ///
    /// # Errors
    /// As for [`Self::edit_reply`].
    pub async fn delete_reply(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        ip: Option<IpAddr>,
    ) -> Result<(), QuestionsError> {
        let delete =
            move |conn: &mut DbConn, recorder: &mut Recorder, actor: Actor, reply: Reply| {
                let session_id = actor.session.details.session_id;
                let is_approved = reply.entry.content.review == Review::Approved;
                if reply.entry.is_owner && is_approved {
                    let change = recorder.change_seen(conn, session_id, reply.is_shown())?;
                    replies::update_deleted(conn, reply.number, actor.now, change)?;
                    let question = reply.question;
                    return Ok(repository::update_replies_count(
                        conn, question, -1, change,
                    )?);
                }
                if !reply.entry.is_owner {
                    let item = reply_id.to_text();
                    sessions::note_item(conn, &actor, AuditAction::ReplyRemoved, item, ip)?;
                }
                Ok(remove(conn, recorder, session_id, &reply)?)
            };
        self.act_on_reply(me, reply_id, Action::DeleteReply, delete)
            .await
    }

    /// Pins a reply, or not any more, and returns the reply. Where a `revision` is given, the words
    /// are pinned that it names, or nothing.
    ///
    /// # Errors
    /// As for [`Self::edit_reply`], and [`QuestionsError::OtherRevision`].
    pub async fn pin_reply(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        is_pinned: bool,
        revision: Option<i64>,
    ) -> Result<Reply, QuestionsError> {
        let pin =
            move |conn: &mut DbConn, recorder: &mut Recorder, actor: Actor, mut reply: Reply| {
                reply.require_shown()?;
                reply.entry.require_revision(revision)?;
                if reply.entry.content.pinned != is_pinned {
                    let change = recorder.change(conn, actor.session.details.session_id)?;
                    replies::update_pinned(conn, reply.number, is_pinned, change)?;
                    reply.entry.content.pinned = is_pinned;
                }
                Ok(reply.judged(&Viewer::acting(&actor)))
            };
        self.act_on_reply(me, reply_id, Action::PinReply, pin).await
    }

    /// Lets whoever asks do something to a reply, if the table of roles and actions says so.
    /// Nothing in the reply's session changes until the transaction ends.
    pub(super) async fn act_on_reply<T: Send + 'static>(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        action: Action,
        mut act: impl FnMut(&mut DbConn, &mut Recorder, Actor, Reply) -> Result<T, QuestionsError>
        + Send
        + 'static,
    ) -> Result<T, QuestionsError> {
        let clock = self.clock.clone();
        let check_and_act = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let place = replies::find_place(conn, reply_id)?;
            let (number, session_id) = place.ok_or(QuestionsError::NoSuchReply)?;
            let applicant = sessions::lock(conn, &clock, me, session_id)?;
            let viewer = Viewer::applying(&applicant);
            let reply = find(conn, number, &viewer)?;
            // Of a deleted one hosts remove the place; there is nothing else to do to it.
            if reply.deleted && !(viewer.is_host() && action == Action::DeleteReply) {
                return Err(QuestionsError::NoSuchReply);
            }
            let actor = applicant.allow(action, reply.standing(&viewer))?;
            act(conn, recorder, actor, reply)
        };
        self.changes.write(check_and_act).await
    }
}

/// Refuses a reply for which a question has no room; hosts under their nicknames have some more.
pub(super) fn require_room(
    conn: &mut DbConn,
    question: QuestionNumber,
    review: Review,
    is_host: bool,
) -> Result<(), QuestionsError> {
    let most = if is_host {
        MAX_ALL_REPLIES
    } else {
        MAX_REPLIES
    };
    if replies::count(conn, question, review)? < most as i64 {
        return Ok(());
    }
    Err(match review {
        Review::Pending => QuestionsError::TooManyPendingReplies,
        Review::Approved | Review::Dismissed => QuestionsError::TooManyReplies,
    })
}

/// Counts replies that wait for review.
pub(super) fn count_pending(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session_id: SessionId,
    more: i64,
) -> Result<(), DbError> {
    let tally = Tally {
        pending: more,
        ..Tally::default()
    };
    sessions::count(conn, recorder, session_id, tally)
}

/// Tells that an approved reply is seen by hosts and its author alone from now on.
pub(super) fn hide(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session_id: SessionId,
    reply: &Reply,
) -> Result<(), DbError> {
    let change = recorder.change_seen(conn, session_id, reply.is_shown())?;
    if reply.is_shown() {
        let (item, question_id) = (reply.reply_id.to_text(), reply.question_id.to_text());
        recorder.reply_gone(conn, session_id, &item, &question_id, Gone::ButForHosts)?;
    }
    repository::update_replies_count(conn, reply.question, -1, change)
}

/// Deletes a reply with its place.
pub(super) fn remove(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session_id: SessionId,
    reply: &Reply,
) -> Result<(), DbError> {
    let change = recorder.change_seen(conn, session_id, reply.is_shown())?;
    let (item, question_id) = (reply.reply_id.to_text(), reply.question_id.to_text());
    replies::delete(conn, reply.number)?;
    let gone = Gone::deleted(reply.is_shown());
    recorder.reply_gone(conn, session_id, &item, &question_id, gone)?;
    match reply.entry.content.review {
        Review::Approved if reply.deleted => Ok(()),
        Review::Approved => repository::update_replies_count(conn, reply.question, -1, change),
        Review::Pending => count_pending(conn, recorder, session_id, -1),
        Review::Dismissed => Ok(()),
    }
}

fn find(conn: &mut DbConn, number: ReplyNumber, viewer: &Viewer) -> Result<Reply, QuestionsError> {
    let reply = replies::find(conn, number, viewer)?;
    let seen = reply.filter(|it| it.is_seen_by(viewer));
    seen.ok_or(QuestionsError::NoSuchReply)
}

/// The number and the session of a reply, by its id as a key has kept it.
fn find_place(
    conn: &mut DbConn,
    created: &str,
) -> Result<(ReplyNumber, SessionId), QuestionsError> {
    let reply_id = ReplyId::parse(created).ok_or(QuestionsError::NoSuchReply)?;
    let place = replies::find_place(conn, reply_id)?;
    place.ok_or(QuestionsError::NoSuchReply)
}

/// The reply with this number, unless its author has deleted it.
fn find_living(
    conn: &mut DbConn,
    number: ReplyNumber,
    viewer: &Viewer,
) -> Result<Reply, QuestionsError> {
    let reply = find(conn, number, viewer)?;
    if reply.deleted {
        return Err(QuestionsError::NoSuchReply);
    }
    Ok(reply)
}
