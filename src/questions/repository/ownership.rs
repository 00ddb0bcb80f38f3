//! Statements on everything that one person has written and likes. The sessions are locked.

use diesel::alias;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::schema::{question_likes, questions, replies, reply_likes};
use crate::db::{DbConn, DbError, UtcTime};
use crate::questions::{Body, QuestionId, ReplyId};
use crate::sessions::SessionId;
use crate::users::UserId;

/// A question, as an export of its author's account tells it.
#[derive(Queryable, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnQuestion {
    /// Its number.
    #[schema(value_type = i64, minimum = 1)]
    pub question_id: QuestionId,
    /// Where it was asked.
    #[schema(value_type = String)]
    session_id: SessionId,
    /// In NFC.
    #[schema(value_type = Body)]
    body: String,
    /// Whether others see no name.
    anonymous: bool,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When its words were last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: UtcTime,
}

/// A living reply, as an export of its author's account tells it.
#[derive(Queryable, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnReply {
    /// Its number.
    #[schema(value_type = i64, minimum = 1)]
    pub reply_id: ReplyId,
    /// To which question.
    #[schema(value_type = i64, minimum = 1)]
    question_id: QuestionId,
    /// In NFC.
    #[schema(value_type = Body)]
    body: String,
    /// Whether others see no name.
    anonymous: bool,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When its words were last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: UtcTime,
}

/// Runs the statements of `$run` for questions, then for replies.
macro_rules! for_each_kind {
    ($run:ident) => {
        $run!(questions, question_likes, question_id);
        $run!(replies, reply_likes, reply_id);
    };
}

/// Gives an account what a guest has written and likes. What both like counts once.
pub fn update_guest_to_account(
    conn: &mut DbConn,
    guest: UserId,
    account: UserId,
) -> Result<(), DbError> {
    macro_rules! give {
        ($table:ident, $likes:ident, $key:ident) => {
            diesel::update($table::table.filter($table::author_id.eq(guest)))
                .set($table::author_id.eq(account))
                .execute(conn)?;
            let other = alias!($likes as other);
            let also = other
                .filter(other.field($likes::user_id).eq(account))
                .select(other.field($likes::$key));
            let of_guest = $likes::table.filter($likes::user_id.eq(guest));
            let twice = of_guest.filter($likes::$key.eq_any(also));
            let liked = twice.select($likes::$key);
            diesel::update($table::table.filter($table::$key.eq_any(liked)))
                .set($table::likes_count.eq($table::likes_count - 1))
                .execute(conn)?;
            diesel::delete(twice).execute(conn)?;
            diesel::update(of_guest)
                .set($likes::user_id.eq(account))
                .execute(conn)?;
        };
    }
    for_each_kind!(give);
    Ok(())
}

/// Takes someone out of everything that it has written, which stays as anonymous, and takes its
/// likes back.
pub fn update_author_to_nobody(conn: &mut DbConn, account: UserId) -> Result<(), DbError> {
    macro_rules! take {
        ($table:ident, $likes:ident, $key:ident) => {
            diesel::update($table::table.filter($table::author_id.eq(account)))
                .set((
                    $table::author_id.eq(None::<UserId>),
                    $table::anonymous.eq(true),
                ))
                .execute(conn)?;
            let theirs = $likes::table.filter($likes::user_id.eq(account));
            let liked = theirs.select($likes::$key);
            diesel::update($table::table.filter($table::$key.eq_any(liked)))
                .set($table::likes_count.eq($table::likes_count - 1))
                .execute(conn)?;
            diesel::delete(theirs).execute(conn)?;
        };
    }
    for_each_kind!(take);
    Ok(())
}

/// At most `limit` questions that someone has asked with greater numbers than `after`, the oldest
/// first.
pub fn list_questions(
    conn: &mut DbConn,
    account: UserId,
    after: Option<QuestionId>,
    limit: i64,
) -> Result<Vec<OwnQuestion>, DbError> {
    let theirs = questions::table
        .filter(questions::author_id.eq(account))
        .filter(questions::question_id.gt(after.map_or(0, QuestionId::get)))
        .order(questions::question_id)
        .limit(limit)
        .select((
            questions::question_id,
            questions::session_id,
            questions::body,
            questions::anonymous,
            questions::created_at,
            questions::updated_at,
        ));
    Ok(theirs.load(conn)?)
}

/// The same of replies. Deleted ones have no author.
pub fn list_replies(
    conn: &mut DbConn,
    account: UserId,
    after: Option<ReplyId>,
    limit: i64,
) -> Result<Vec<OwnReply>, DbError> {
    let theirs = replies::table
        .filter(replies::author_id.eq(account))
        .filter(replies::reply_id.gt(after.map_or(0, ReplyId::get)))
        .order(replies::reply_id)
        .limit(limit)
        .select((
            replies::reply_id,
            replies::question_id,
            replies::body.assume_not_null(),
            replies::anonymous,
            replies::created_at,
            replies::updated_at,
        ));
    Ok(theirs.load(conn)?)
}

/// The numbers of at most `limit` questions that someone likes, greater ones than `after`, the
/// smallest first.
pub fn list_liked_questions(
    conn: &mut DbConn,
    account: UserId,
    after: Option<QuestionId>,
    limit: i64,
) -> Result<Vec<QuestionId>, DbError> {
    let liked = question_likes::table
        .filter(question_likes::user_id.eq(account))
        .filter(question_likes::question_id.gt(after.map_or(0, QuestionId::get)))
        .order(question_likes::question_id)
        .limit(limit)
        .select(question_likes::question_id);
    Ok(liked.load(conn)?)
}

/// The same of replies.
pub fn list_liked_replies(
    conn: &mut DbConn,
    account: UserId,
    after: Option<ReplyId>,
    limit: i64,
) -> Result<Vec<ReplyId>, DbError> {
    let liked = reply_likes::table
        .filter(reply_likes::user_id.eq(account))
        .filter(reply_likes::reply_id.gt(after.map_or(0, ReplyId::get)))
        .order(reply_likes::reply_id)
        .limit(limit)
        .select(reply_likes::reply_id);
    Ok(liked.load(conn)?)
}
