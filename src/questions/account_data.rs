//! What becomes of someone's questions, replies and likes when something becomes of the account.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::Body;
use super::repository::ownership::{self, OwnQuestion, OwnReply};
use crate::users::UserId;
use crate::users::account_data::AccountData;
use crate::users::account_export::ExportPart;

/// What a guest wrote and likes goes to the account, and stays anonymous. What a deleted account
/// wrote stays as anonymous; its likes go. The sessions are locked by what belongs to them.
pub const ACCOUNT_DATA: AccountData = AccountData {
    name: "questions",
    claim: Some(ownership::update_guest_to_account),
    erase: |conn, account, _| ownership::update_author_to_nobody(conn, account),
    renamed: None,
    export,
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
    pub questions: Vec<ContributedQuestion>,
    /// Those that are not deleted: the oldest first.
    pub replies: Vec<ContributedReply>,
    /// The numbers of questions, the oldest first.
    pub liked_questions: Vec<i64>,
    /// The numbers of replies, the oldest first.
    pub liked_replies: Vec<i64>,
}

/// A question in its author's export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContributedQuestion {
    /// Its number.
    #[schema(minimum = 1)]
    question_id: i64,
    /// Where it was asked.
    session_id: String,
    /// In NFC.
    #[schema(value_type = Body)]
    body: String,
    /// Whether others see no name.
    anonymous: bool,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// When its words were last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime<Utc>,
}

/// A reply in its author's export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContributedReply {
    /// Its number.
    #[schema(minimum = 1)]
    reply_id: i64,
    /// To which question.
    #[schema(minimum = 1)]
    question_id: i64,
    /// In NFC.
    #[schema(value_type = Body)]
    body: String,
    /// Whether others see no name.
    anonymous: bool,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// When its words were last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime<Utc>,
}

fn export(account: UserId) -> ExportPart {
    let questions = ExportPart::list(ENTRIES, move |conn, after, limit| {
        let asked = ownership::list_questions(conn, account, after, limit)?.into_iter();
        let keyed = asked.map(|it| (it.question_id, ContributedQuestion::from(it)));
        Ok(keyed.collect())
    });
    let replies = ExportPart::list(ENTRIES, move |conn, after, limit| {
        let replied = ownership::list_replies(conn, account, after, limit)?.into_iter();
        let keyed = replied.map(|it| (it.reply_id, ContributedReply::from(it)));
        Ok(keyed.collect())
    });
    let liked_questions = ExportPart::list(LIKES, move |conn, after, limit| {
        let liked = ownership::list_liked_questions(conn, account, after, limit)?;
        Ok(liked.into_iter().map(|it| (it, it)).collect())
    });
    let liked_replies = ExportPart::list(LIKES, move |conn, after, limit| {
        let liked = ownership::list_liked_replies(conn, account, after, limit)?;
        Ok(liked.into_iter().map(|it| (it, it)).collect())
    });
    ExportPart::Object(vec![
        ("questions", questions),
        ("replies", replies),
        ("likedQuestions", liked_questions),
        ("likedReplies", liked_replies),
    ])
}

impl From<OwnQuestion> for ContributedQuestion {
    fn from(question: OwnQuestion) -> Self {
        Self {
            question_id: question.question_id,
            session_id: question.session_id,
            body: question.body,
            anonymous: question.anonymous,
            created_at: question.created_at.into(),
            updated_at: question.updated_at.into(),
        }
    }
}

impl From<OwnReply> for ContributedReply {
    fn from(reply: OwnReply) -> Self {
        Self {
            reply_id: reply.reply_id,
            question_id: reply.question_id,
            body: reply.body,
            anonymous: reply.anonymous,
            created_at: reply.created_at.into(),
            updated_at: reply.updated_at.into(),
        }
    }
}
