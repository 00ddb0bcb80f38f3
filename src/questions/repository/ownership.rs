//! Statements on everything that one person has written and likes. The sessions are locked.

use diesel::alias;
use diesel::prelude::*;
use serde::Serialize;

use crate::db::schema::{question_likes, questions, replies, reply_likes};
use crate::db::{DbConn, DbError, UtcTime};
use crate::questions::{QuestionId, ReplyId};
use crate::sessions::SessionId;
use crate::users::UserId;

/// A question, as an export of its author's account tells it.
#[derive(Queryable, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnQuestion {
    question_id: QuestionId,
    session_id: SessionId,
    body: String,
    /// Whether others see no name.
    anonymous: bool,
    created_at: UtcTime,
    updated_at: UtcTime,
}

/// A living reply, as an export of its author's account tells it.
#[derive(Queryable, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnReply {
    reply_id: ReplyId,
    question_id: QuestionId,
    body: Option<String>,
    /// Whether others see no name.
    anonymous: bool,
    created_at: UtcTime,
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

/// Every question that someone has asked, the oldest first.
pub fn list_questions(conn: &mut DbConn, account: UserId) -> Result<Vec<OwnQuestion>, DbError> {
    let theirs = questions::table
        .filter(questions::author_id.eq(account))
        .order(questions::question_id)
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

/// Every living reply that someone has written, the oldest first.
pub fn list_replies(conn: &mut DbConn, account: UserId) -> Result<Vec<OwnReply>, DbError> {
    let theirs = replies::table
        .filter(replies::author_id.eq(account))
        .order(replies::reply_id)
        .select((
            replies::reply_id,
            replies::question_id,
            replies::body,
            replies::anonymous,
            replies::created_at,
            replies::updated_at,
        ));
    Ok(theirs.load(conn)?)
}

/// The ids of the questions and of the replies that someone likes.
pub fn list_likes(
    conn: &mut DbConn,
    account: UserId,
) -> Result<(Vec<QuestionId>, Vec<ReplyId>), DbError> {
    let of_questions = question_likes::table
        .filter(question_likes::user_id.eq(account))
        .order(question_likes::question_id)
        .select(question_likes::question_id);
    let of_replies = reply_likes::table
        .filter(reply_likes::user_id.eq(account))
        .order(reply_likes::reply_id)
        .select(reply_likes::reply_id);
    Ok((of_questions.load(conn)?, of_replies.load(conn)?))
}
