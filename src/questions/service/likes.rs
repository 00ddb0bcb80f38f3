//! Liking questions and replies.

use crate::db::DbConn;
use crate::questions::repository::likes;
use crate::questions::{
    Liking, Question, QuestionId, QuestionsError, QuestionsService, Reply, ReplyId,
};
use crate::sessions::{Action, Actor, Presence};
use crate::users::CurrentUser;

impl QuestionsService {
    /// Lets whoever asks like a question, or not any more; it takes part from then on, unseen.
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
        let like = move |conn: &mut DbConn, mut actor: Actor, _: Question| {
            service.enter(conn, &mut actor, Presence::Unseen)?;
            let likes_count = if is_liked {
                likes::insert_of_question(conn, question_id, me.user_id)?
            } else {
                likes::delete_of_question(conn, question_id, me.user_id)?
            };
            Ok(Liking {
                liked: is_liked,
                likes_count,
            })
        };
        self.act(me, question_id, Action::LikeQuestion, like).await
    }

    /// Lets whoever asks like a reply, or not any more; it takes part from then on, unseen.
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
        let like = move |conn: &mut DbConn, mut actor: Actor, _: Reply| {
            service.enter(conn, &mut actor, Presence::Unseen)?;
            let likes_count = if is_liked {
                likes::insert_of_reply(conn, reply_id, me.user_id)?
            } else {
                likes::delete_of_reply(conn, reply_id, me.user_id)?
            };
            Ok(Liking {
                liked: is_liked,
                likes_count,
            })
        };
        self.act_on_reply(me, reply_id, Action::LikeReply, like)
            .await
    }
}
