//! Replying; changing, pinning and deleting replies.

use super::{Locked, lock, presence};
use crate::clock::SharedClock;
use crate::db::DbConn;
use crate::questions::repository::replies;
use crate::questions::rows::NewReplyRow;
use crate::questions::{
    Body, Contribution, QuestionId, QuestionsError, QuestionsService, Reply, ReplyId, repository,
};
use crate::sessions::{Action, Actor, Role, Subject};
use crate::users::{CurrentUser, UserId};

/// Replies to one question, those that were deleted, too, before only hosts reply.
const MAX_REPLIES: usize = 1_000;
/// Replies to one question, those of hosts, too.
pub(super) const MAX_ALL_REPLIES: usize = MAX_REPLIES + 100;

/// A living reply that someone may act on. Nothing in its session changes until the transaction
/// ends.
pub(super) struct LockedReply {
    pub actor: Actor,
    pub reply: Reply,
}

impl QuestionsService {
    /// Replies to a question; whoever replies takes part from then on.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`],
    /// [`QuestionsError::TooMany`], or when the database fails.
    pub async fn reply(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        contribution: Contribution,
    ) -> Result<Reply, QuestionsError> {
        let service = self.clone();
        let reply = move |conn: &mut DbConn, locked: Locked| {
            let mut actor = locked.actor;
            let most = if actor.session.role.is_some_and(Role::is_host) {
                MAX_ALL_REPLIES
            } else {
                MAX_REPLIES
            };
            if replies::count(conn, question_id)? >= most as i64 {
                return Err(QuestionsError::TooMany);
            }
            let is_anonymous = contribution.is_anonymous || actor.is_guest();
            service.enter(conn, me, &mut actor, presence(is_anonymous))?;
            let row = NewReplyRow {
                question_id: question_id.get(),
                author_id: me.user_id.get(),
                anonymous: is_anonymous,
                body: &contribution.body.0,
                pinned: false,
                likes_count: 0,
                created_at: actor.now.into(),
                updated_at: actor.now.into(),
            };
            let reply_id = replies::insert(conn, &row)?;
            repository::update_replies_count(conn, question_id, 1)?;
            find(conn, reply_id, me.user_id)
        };
        self.act(me, question_id, Action::Reply, reply).await
    }

    /// Changes the words of one's own reply, and the reply as it is then.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchReply`], [`QuestionsError::Session`], or when the database fails.
    pub async fn edit_reply(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        body: Body,
    ) -> Result<Reply, QuestionsError> {
        let edit = move |conn: &mut DbConn, locked: LockedReply| {
            replies::update_body(conn, reply_id, &body, locked.actor.now)?;
            find(conn, reply_id, me.user_id)
        };
        self.act_on_reply(me, reply_id, Action::EditReply, edit)
            .await
    }

    /// Deletes a reply. Its place stays.
    ///
    /// # Errors
    /// As for [`Self::edit_reply`].
    pub async fn delete_reply(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
    ) -> Result<(), QuestionsError> {
        let delete = move |conn: &mut DbConn, locked: LockedReply| {
            replies::update_deleted(conn, reply_id, locked.actor.now)?;
            let question_id = QuestionId(locked.reply.question_id);
            Ok(repository::update_replies_count(conn, question_id, -1)?)
        };
        self.act_on_reply(me, reply_id, Action::DeleteReply, delete)
            .await
    }

    /// Pins a reply, or not any more, and the reply as it is then.
    ///
    /// # Errors
    /// As for [`Self::edit_reply`].
    pub async fn pin_reply(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        is_pinned: bool,
    ) -> Result<Reply, QuestionsError> {
        let pin = move |conn: &mut DbConn, _: LockedReply| {
            replies::update_pinned(conn, reply_id, is_pinned)?;
            find(conn, reply_id, me.user_id)
        };
        self.act_on_reply(me, reply_id, Action::PinReply, pin).await
    }

    /// Lets whoever asks do something to a living reply, if the table of roles and actions says so.
    pub(super) async fn act_on_reply<T: Send + 'static>(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        action: Action,
        mut act: impl FnMut(&mut DbConn, LockedReply) -> Result<T, QuestionsError> + Send + 'static,
    ) -> Result<T, QuestionsError> {
        let clock = self.clock.clone();
        let check_and_act = move |conn: &mut DbConn| {
            let locked = lock_reply(conn, &clock, me, reply_id)?;
            let subject = Subject {
                is_author: locked.reply.entry.is_mine,
                is_settled: false,
            };
            locked.actor.require(action, subject)?;
            act(conn, locked)
        };
        self.db.write(check_and_act).await
    }
}

fn lock_reply(
    conn: &mut DbConn,
    clock: &SharedClock,
    me: CurrentUser,
    reply_id: ReplyId,
) -> Result<LockedReply, QuestionsError> {
    let question_id = replies::find_question(conn, reply_id)?;
    let question_id = question_id.ok_or(QuestionsError::NoSuchReply)?;
    let actor = lock(conn, clock, me, question_id)?.actor;
    let reply = find(conn, reply_id, me.user_id)?;
    match reply.entry.body {
        Some(_) => Ok(LockedReply { actor, reply }),
        None => Err(QuestionsError::NoSuchReply),
    }
}

fn find(conn: &mut DbConn, reply_id: ReplyId, me: UserId) -> Result<Reply, QuestionsError> {
    let reply = replies::find(conn, reply_id, Some(me))?;
    reply.ok_or(QuestionsError::NoSuchReply)
}
