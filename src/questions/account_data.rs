//! What becomes of someone's questions, replies and likes when something becomes of the account.

use utoipa::ToSchema;

use super::repository::account_export::{self, OwnQuestion, OwnReply};
use super::repository::ownership;
use super::{QuestionId, ReplyId};
use crate::changes::Recorder;
use crate::db::{DbConn, DbError};
use crate::users::account_data::AccountData;
use crate::users::account_export::ExportPart;
use crate::users::{Nickname, UserId};

/// What a guest wrote and likes goes to the account, and stays anonymous. What a deleted account
/// wrote stays as anonymous; its likes go. For a claim the sessions are locked by what belongs to
/// them.
pub const ACCOUNT_DATA: AccountData = AccountData {
    name: "questions",
    claim: Some(ownership::update_guest_to_account),
    erase: |conn, account, _, limit| ownership::erase(conn, account, limit),
    renamed: Some(renamed),
    export: Some(export),
};

/// Questions or replies that are read at once, of up to 2 KB.
const ENTRIES: usize = 32;
/// Likes that are read at once.
const LIKES: usize = 1_000;

/// What someone has asked, replied and liked, in an export. It is written list by list: this
/// describes the whole.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct QuestionContributions {
    /// The oldest first.
    pub questions: Vec<OwnQuestion>,
    /// Those that are not deleted: the oldest first.
    pub replies: Vec<OwnReply>,
    /// The oldest first.
    #[schema(value_type = Vec<String>)]
    pub liked_questions: Vec<QuestionId>,
    /// The oldest first.
    #[schema(value_type = Vec<String>)]
    pub liked_replies: Vec<ReplyId>,
}

/// Others see the new nickname beside what was written under it. The sessions are locked by what
/// belongs to them.
fn renamed(conn: &mut DbConn, account: UserId, _: &Nickname) -> Result<(), DbError> {
    for session_id in ownership::list_sessions_named(conn, account)? {
        Recorder::default().person(conn, session_id, account)?;
    }
    Ok(())
}

fn export(account: UserId) -> ExportPart {
    let questions = ExportPart::list_in_part(ENTRIES, move |conn, after, limit| {
        account_export::list_questions(conn, account, after, limit)
    });
    let replies = ExportPart::list_in_part(ENTRIES, move |conn, after, limit| {
        account_export::list_replies(conn, account, after, limit)
    });
    let liked_questions = ExportPart::list_in_part(LIKES, move |conn, after, limit| {
        account_export::list_liked_questions(conn, account, after, limit)
    });
    let liked_replies = ExportPart::list_in_part(LIKES, move |conn, after, limit| {
        account_export::list_liked_replies(conn, account, after, limit)
    });
    ExportPart::Object(vec![
        ("questions", questions),
        ("replies", replies),
        ("likedQuestions", liked_questions),
        ("likedReplies", liked_replies),
    ])
}
