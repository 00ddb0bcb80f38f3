//! What becomes of someone's questions, replies and likes when something becomes of the account.

use serde_json::{Value, json};

use crate::db::{DbConn, DbError, UtcTime};
use crate::questions::repository::ownership;
use crate::users::UserId;
use crate::users::account_data::AccountData;

/// What a guest wrote and likes goes to the account, and stays anonymous. What a deleted account
/// wrote stays as anonymous; its likes go. The sessions are locked by what belongs to them.
pub const ACCOUNT_DATA: AccountData = AccountData {
    name: "questions",
    claim: ownership::update_guest_to_account,
    erase: |conn, account, _| ownership::update_author_to_nobody(conn, account),
    export,
};

fn export(conn: &mut DbConn, account: UserId) -> Result<Value, DbError> {
    let time = |time: UtcTime| chrono::DateTime::<chrono::Utc>::from(time);
    let asked = ownership::list_questions(conn, account)?.into_iter();
    let asked = asked.map(|question| {
        json!({
            "questionId": question.question_id,
            "sessionId": question.session_id,
            "body": question.body,
            "anonymous": question.anonymous,
            "createdAt": time(question.created_at),
            "updatedAt": time(question.updated_at),
        })
    });
    let replied = ownership::list_replies(conn, account)?.into_iter();
    let replied = replied.map(|reply| {
        json!({
            "replyId": reply.reply_id,
            "questionId": reply.question_id,
            "body": reply.body,
            "anonymous": reply.anonymous,
            "createdAt": time(reply.created_at),
            "updatedAt": time(reply.updated_at),
        })
    });
    let (liked_questions, liked_replies) = ownership::list_likes(conn, account)?;
    Ok(json!({
        "questions": asked.collect::<Vec<_>>(),
        "replies": replied.collect::<Vec<_>>(),
        "likedQuestions": liked_questions,
        "likedReplies": liked_replies,
    }))
}
