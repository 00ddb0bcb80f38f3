//! Liking questions and replies.

use super::require_room_for_guest;
use crate::changes::Recorder;
use crate::db::DbConn;
use crate::questions::repository::likes;
use crate::questions::{
    Liking, Question, QuestionId, QuestionsError, QuestionsService, Reply, ReplyId,
};
use crate::sessions::{Action, Actor, Presence};
use crate::users::CurrentUser;

impl QuestionsService {
    /// Lets whoever asks like a question, who takes part from then on, unseen; or not like it any
    /// more, which lets nobody in.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`], or when the database fails.
    pub async fn like(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        is_liked: bool,
    ) -> Result<Liking, QuestionsError> {
        let service = self.clone();
        let like = move |conn: &mut DbConn,
                         recorder: &mut Recorder,
                         mut actor: Actor,
                         question: Question| {
            question.require_shown()?;
            let number = question.number;
            let added = if is_liked {
                service.enter_to_like(conn, recorder, &mut actor, question.entry.liked)?;
                likes::insert_of_question(conn, number, me.user_id)?
            } else {
                -likes::delete_of_question(conn, number, me.user_id)?
            };
            let likes_count = if added == 0 {
                question.entry.likes_count
            } else {
                let change = recorder.change(conn, actor.session.details.session_id)?;
                likes::update_count_of_question(conn, number, added, change)?
            };
            Ok(Liking {
                liked: is_liked,
                likes_count,
            })
        };
        let action = if is_liked {
            Action::LikeQuestion
        } else {
            Action::Unlike
        };
        self.act(me, question_id, action, like).await
    }

    /// Lets whoever asks like a reply, who takes part from then on, unseen; or not like it any
    /// more, which lets nobody in.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchReply`], [`QuestionsError::Session`], or when the database fails.
    pub async fn like_reply(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        is_liked: bool,
    ) -> Result<Liking, QuestionsError> {
        let service = self.clone();
        let like =
            move |conn: &mut DbConn, recorder: &mut Recorder, mut actor: Actor, reply: Reply| {
                reply.require_shown()?;
                let number = reply.number;
                let added = if is_liked {
                    service.enter_to_like(conn, recorder, &mut actor, reply.entry.liked)?;
                    likes::insert_of_reply(conn, number, me.user_id)?
                } else {
                    -likes::delete_of_reply(conn, number, me.user_id)?
                };
                let likes_count = if added == 0 {
                    reply.entry.likes_count
                } else {
                    let change = recorder.change(conn, actor.session.details.session_id)?;
                    likes::update_count_of_reply(conn, number, added, change)?
                };
                Ok(Liking {
                    liked: is_liked,
                    likes_count,
                })
            };
        let action = if is_liked {
            Action::LikeReply
        } else {
            Action::Unlike
        };
        self.act_on_reply(me, reply_id, action, like).await
    }

    /// Lets someone in who likes something. A guest may not own too many likes.
    fn enter_to_like(
        &self,
        conn: &mut DbConn,
        recorder: &mut Recorder,
        actor: &mut Actor,
        is_liked: bool,
    ) -> Result<(), QuestionsError> {
        if !is_liked {
            require_room_for_guest(conn, actor)?;
        }
        Ok(self.enter(conn, recorder, actor, Presence::Unseen)?)
    }
}
