//! Statements on what someone has asked, replied and liked, for an export of the account.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::schema::{question_likes, questions, replies, reply_likes, sessions};
use crate::db::{DbConn, DbError, UtcTime};
use crate::questions::{Body, QuestionId, QuestionNumber, ReplyId, ReplyNumber, Review};
use crate::sessions::SessionId;
use crate::users::UserId;

/// A question, as an export of its author's account tells it.
#[derive(Queryable, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnQuestion {
    #[serde(skip)]
    pub number: QuestionNumber,
    /// Which question.
    #[schema(value_type = String)]
    question_id: QuestionId,
    /// Where it was asked.
    #[schema(value_type = String)]
    session_id: SessionId,
    /// In NFC.
    #[schema(value_type = Body)]
    body: String,
    /// Whether others see no name.
    anonymous: bool,
    /// Who sees it.
    review: Review,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When its words were last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: UtcTime,
    /// When its words were last changed; null while they are as they were written.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    edited_at: Option<UtcTime>,
    /// How often its words were changed.
    #[schema(minimum = 0)]
    revision: i64,
}

/// A living reply, as an export of its author's account tells it.
#[derive(Queryable, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnReply {
    #[serde(skip)]
    pub number: ReplyNumber,
    /// Which reply.
    #[schema(value_type = String)]
    reply_id: ReplyId,
    /// To which question.
    #[schema(value_type = String)]
    question_id: QuestionId,
    /// In NFC.
    #[schema(value_type = Body)]
    body: String,
    /// Whether others see no name.
    anonymous: bool,
    /// Who sees it.
    review: Review,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When its words were last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: UtcTime,
    /// When its words were last changed; null while they are as they were written.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    edited_at: Option<UtcTime>,
    /// How often its words were changed.
    #[schema(minimum = 0)]
    revision: i64,
}

/// When the session of the question with this number was deleted: a look-up for each row that is
/// given. As a condition or a join, PostgreSQL would read and sort all that someone has for each
/// page, as long as it has no statistics.
macro_rules! deleted_at {
    ($number:expr) => {
        questions::table
            .inner_join(sessions::table)
            .filter(questions::question_id.eq($number))
            .select(sessions::deleted_at)
            .single_value()
    };
}

/// A number, and what has it; nothing of what was in a deleted session.
type Numbered<N, T> = (N, Option<T>);

/// At most `limit` questions that someone has asked with greater numbers than `after`, the oldest
/// first.
pub fn list_questions(
    conn: &mut DbConn,
    account: UserId,
    after: Option<QuestionNumber>,
    limit: i64,
) -> Result<Vec<Numbered<QuestionNumber, OwnQuestion>>, DbError> {
    let deleted_at = sessions::table
        .filter(sessions::session_id.eq(questions::session_id))
        .select(sessions::deleted_at)
        .single_value();
    let theirs = questions::table
        .filter(questions::author_id.eq(account))
        .filter(questions::question_id.gt(after.map_or(0, QuestionNumber::get)))
        .order(questions::question_id)
        .limit(limit)
        .select((
            (
                questions::question_id,
                questions::public_id,
                questions::session_id,
                questions::body,
                questions::anonymous,
                questions::review,
                questions::created_at,
                questions::updated_at,
                questions::edited_at,
                questions::revision,
            ),
            deleted_at,
        ));
    let rows: Vec<(OwnQuestion, Option<UtcTime>)> = theirs.load(conn)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(it, deleted_at)| (it.number, deleted_at.is_none().then_some(it)))
        .collect())
}

/// The same of replies. Deleted ones have no author.
pub fn list_replies(
    conn: &mut DbConn,
    account: UserId,
    after: Option<ReplyNumber>,
    limit: i64,
) -> Result<Vec<Numbered<ReplyNumber, OwnReply>>, DbError> {
    let question_id = questions::table
        .filter(questions::question_id.eq(replies::question_id))
        .select(questions::public_id)
        .single_value();
    let theirs = replies::table
        .filter(replies::author_id.eq(account))
        .filter(replies::reply_id.gt(after.map_or(0, ReplyNumber::get)))
        .order(replies::reply_id)
        .limit(limit)
        .select((
            (
                replies::reply_id,
                replies::public_id,
                question_id.assume_not_null(),
                replies::body.assume_not_null(),
                replies::anonymous,
                replies::review,
                replies::created_at,
                replies::updated_at,
                replies::edited_at,
                replies::revision,
            ),
            deleted_at!(replies::question_id),
        ));
    let rows: Vec<(OwnReply, Option<UtcTime>)> = theirs.load(conn)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(it, deleted_at)| (it.number, deleted_at.is_none().then_some(it)))
        .collect())
}

/// At most `limit` questions that someone likes, of greater numbers than `after`, the oldest first.
pub fn list_liked_questions(
    conn: &mut DbConn,
    account: UserId,
    after: Option<QuestionNumber>,
    limit: i64,
) -> Result<Vec<Numbered<QuestionNumber, QuestionId>>, DbError> {
    let question_id = questions::table
        .filter(questions::question_id.eq(question_likes::question_id))
        .select(questions::public_id)
        .single_value();
    let liked = question_likes::table
        .filter(question_likes::user_id.eq(account))
        .filter(question_likes::question_id.gt(after.map_or(0, QuestionNumber::get)))
        .order(question_likes::question_id)
        .limit(limit)
        .select((
            question_likes::question_id,
            question_id.assume_not_null(),
            deleted_at!(question_likes::question_id),
        ));
    let rows: Vec<(QuestionNumber, QuestionId, Option<UtcTime>)> = liked.load(conn)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(number, id, deleted_at)| (number, deleted_at.is_none().then_some(id)))
        .collect())
}

/// The same of replies.
pub fn list_liked_replies(
    conn: &mut DbConn,
    account: UserId,
    after: Option<ReplyNumber>,
    limit: i64,
) -> Result<Vec<Numbered<ReplyNumber, ReplyId>>, DbError> {
    let reply_id = replies::table
        .filter(replies::reply_id.eq(reply_likes::reply_id))
        .select(replies::public_id)
        .single_value();
    let deleted_at = replies::table
        .inner_join(questions::table.inner_join(sessions::table))
        .filter(replies::reply_id.eq(reply_likes::reply_id))
        .select(sessions::deleted_at)
        .single_value();
    let liked = reply_likes::table
        .filter(reply_likes::user_id.eq(account))
        .filter(reply_likes::reply_id.gt(after.map_or(0, ReplyNumber::get)))
        .order(reply_likes::reply_id)
        .limit(limit)
        .select((
            reply_likes::reply_id,
            reply_id.assume_not_null(),
            deleted_at,
        ));
    let rows: Vec<(ReplyNumber, ReplyId, Option<UtcTime>)> = liked.load(conn)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(number, id, deleted_at)| (number, deleted_at.is_none().then_some(id)))
        .collect())
}
