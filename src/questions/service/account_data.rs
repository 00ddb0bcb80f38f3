//! What becomes of someone's questions, replies and likes when something becomes of the account.

use serde::Serialize;
use serde_json::{Value, json};

use crate::db::{DbConn, DbError};
use crate::questions::repository::ownership::{self, OwnQuestion, OwnReply};
use crate::questions::{QuestionId, ReplyId};
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

/// Everything that an account has written and likes, as an export tells it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Contributions {
    questions: Vec<OwnQuestion>,
    replies: Vec<OwnReply>,
    liked_questions: Vec<QuestionId>,
    liked_replies: Vec<ReplyId>,
}

fn export(conn: &mut DbConn, account: UserId) -> Result<Value, DbError> {
    let (liked_questions, liked_replies) = ownership::list_likes(conn, account)?;
    Ok(json!(Contributions {
        questions: ownership::list_questions(conn, account)?,
        replies: ownership::list_replies(conn, account)?,
        liked_questions,
        liked_replies,
    }))
}
