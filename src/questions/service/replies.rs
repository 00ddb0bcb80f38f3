//! Replying; changing, pinning and deleting replies.

use super::presence;
use crate::db::DbConn;
use crate::questions::repository::replies;
use crate::questions::rows::NewReplyRow;
use crate::questions::{
    Body, Contribution, Question, QuestionId, QuestionsError, QuestionsService, Reply, ReplyId,
    repository,
};
use crate::sessions;
use crate::sessions::{Action, Actor, Role, Standing};
use crate::users::{CurrentUser, UserId};

/// Replies to one question, those that were deleted, too, before only hosts reply.
const MAX_REPLIES: usize = 1_000;
/// Replies to one question, those of hosts, too.
pub(super) const MAX_ALL_REPLIES: usize = MAX_REPLIES + 100;

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
        let reply = move |conn: &mut DbConn, mut actor: Actor, _: Question| {
            let most = if actor.session.role().is_some_and(Role::is_host) {
                MAX_ALL_REPLIES
            } else {
                MAX_REPLIES
            };
            if replies::count(conn, question_id)? >= most as i64 {
                return Err(QuestionsError::TooMany);
            }
            let is_anonymous = contribution.anonymous || actor.is_guest();
            service.enter(conn, &mut actor, presence(is_anonymous))?;
            let row = NewReplyRow {
                question_id,
                author_id: me.user_id,
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

    /// Changes the words of one's own reply, and returns the reply.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchReply`], [`QuestionsError::Session`], or when the database fails.
    pub async fn edit_reply(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        body: Body,
    ) -> Result<Reply, QuestionsError> {
        let edit = move |conn: &mut DbConn, actor: Actor, mut reply: Reply| {
            replies::update_body(conn, reply_id, &body, actor.now)?;
            reply.body = Some(body.0.clone());
            reply.entry.updated_at = actor.now;
            Ok(reply)
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
        let delete = move |conn: &mut DbConn, actor: Actor, reply: Reply| {
            replies::update_deleted(conn, reply_id, actor.now)?;
            Ok(repository::update_replies_count(
                conn,
                reply.question_id,
                -1,
            )?)
        };
        self.act_on_reply(me, reply_id, Action::DeleteReply, delete)
            .await
    }

    /// Pins a reply, or not any more, and returns the reply.
    ///
    /// # Errors
    /// As for [`Self::edit_reply`].
    pub async fn pin_reply(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        is_pinned: bool,
    ) -> Result<Reply, QuestionsError> {
        let pin = move |conn: &mut DbConn, _: Actor, mut reply: Reply| {
            replies::update_pinned(conn, reply_id, is_pinned)?;
            reply.entry.pinned = is_pinned;
            Ok(reply)
        };
        self.act_on_reply(me, reply_id, Action::PinReply, pin).await
    }

    /// Lets whoever asks do something to a living reply, if the table of roles and actions says so.
    /// Nothing in the reply's session changes until the transaction ends.
    pub(super) async fn act_on_reply<T: Send + 'static>(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        action: Action,
        mut act: impl FnMut(&mut DbConn, Actor, Reply) -> Result<T, QuestionsError> + Send + 'static,
    ) -> Result<T, QuestionsError> {
        let clock = self.clock.clone();
        let check_and_act = move |conn: &mut DbConn| {
            let session_id = replies::find_session(conn, reply_id)?;
            let session_id = session_id.ok_or(QuestionsError::NoSuchReply)?;
            let applicant = sessions::lock(conn, &clock, me, session_id)?;
            let reply = find(conn, reply_id, me.user_id)?;
            if reply.deleted {
                return Err(QuestionsError::NoSuchReply);
            }
            let standing = Standing {
                is_author: reply.entry.is_owner,
                ..applicant.standing()
            };
            let actor = applicant.allow(action, standing)?;
            act(conn, actor, reply)
        };
        self.db.write(check_and_act).await
    }
}

fn find(conn: &mut DbConn, reply_id: ReplyId, me: UserId) -> Result<Reply, QuestionsError> {
    let reply = replies::find(conn, reply_id, Some(me))?;
    reply.ok_or(QuestionsError::NoSuchReply)
}
