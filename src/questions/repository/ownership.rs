//! Statements on everything that one person has written and likes. The sessions are locked.

use diesel::alias;
use diesel::prelude::*;

use crate::db::schema::{question_likes, questions, replies, reply_likes};
use crate::db::{DbConn, DbError, UtcTime};
use crate::users::UserId;

/// A question, as an export tells it.
#[derive(Queryable)]
pub struct OwnQuestion {
    /// Its number.
    pub question_id: i64,
    /// Where it was asked.
    pub session_id: String,
    /// Its words.
    pub body: String,
    /// Whether others see no name.
    pub anonymous: bool,
    /// When it was written.
    pub created_at: UtcTime,
    /// When its words were last changed, or written.
    pub updated_at: UtcTime,
}

/// A living reply, as an export tells it.
#[derive(Queryable)]
pub struct OwnReply {
    /// Its number.
    pub reply_id: i64,
    /// To which question.
    pub question_id: i64,
    /// Its words.
    pub body: Option<String>,
    /// Whether others see no name.
    pub anonymous: bool,
    /// When it was written.
    pub created_at: UtcTime,
    /// When its words were last changed, or written.
    pub updated_at: UtcTime,
}

/// Gives an account what a guest has written and likes. What both like counts once.
pub fn update_guest_to_account(
    conn: &mut DbConn,
    guest: UserId,
    account: UserId,
) -> Result<(), DbError> {
    let (guest, account) = (guest.get(), account.get());
    diesel::update(questions::table.filter(questions::author_id.eq(guest)))
        .set(questions::author_id.eq(account))
        .execute(conn)?;
    diesel::update(replies::table.filter(replies::author_id.eq(guest)))
        .set(replies::author_id.eq(account))
        .execute(conn)?;
    delete_second_question_likes(conn, guest, account)?;
    delete_second_reply_likes(conn, guest, account)?;
    diesel::update(question_likes::table.filter(question_likes::user_id.eq(guest)))
        .set(question_likes::user_id.eq(account))
        .execute(conn)?;
    diesel::update(reply_likes::table.filter(reply_likes::user_id.eq(guest)))
        .set(reply_likes::user_id.eq(account))
        .execute(conn)?;
    Ok(())
}

fn delete_second_question_likes(
    conn: &mut DbConn,
    guest: i64,
    account: i64,
) -> Result<(), DbError> {
    let other = alias!(question_likes as other);
    let also = other
        .filter(other.field(question_likes::user_id).eq(account))
        .select(other.field(question_likes::question_id));
    let twice = question_likes::table
        .filter(question_likes::user_id.eq(guest))
        .filter(question_likes::question_id.eq_any(also));
    let liked = twice.select(question_likes::question_id);
    diesel::update(questions::table.filter(questions::question_id.eq_any(liked)))
        .set(questions::likes_count.eq(questions::likes_count - 1))
        .execute(conn)?;
    diesel::delete(twice).execute(conn)?;
    Ok(())
}

fn delete_second_reply_likes(conn: &mut DbConn, guest: i64, account: i64) -> Result<(), DbError> {
    let other = alias!(reply_likes as other);
    let also = other
        .filter(other.field(reply_likes::user_id).eq(account))
        .select(other.field(reply_likes::reply_id));
    let twice = reply_likes::table
        .filter(reply_likes::user_id.eq(guest))
        .filter(reply_likes::reply_id.eq_any(also));
    let liked = twice.select(reply_likes::reply_id);
    diesel::update(replies::table.filter(replies::reply_id.eq_any(liked)))
        .set(replies::likes_count.eq(replies::likes_count - 1))
        .execute(conn)?;
    diesel::delete(twice).execute(conn)?;
    Ok(())
}

/// Takes someone out of everything that it has written, which stays as anonymous, and takes its
/// likes back.
pub fn update_author_to_nobody(conn: &mut DbConn, account: UserId) -> Result<(), DbError> {
    let account = account.get();
    let (nobody, anonymous) = (None::<i64>, true);
    diesel::update(questions::table.filter(questions::author_id.eq(account)))
        .set((
            questions::author_id.eq(nobody),
            questions::anonymous.eq(anonymous),
        ))
        .execute(conn)?;
    diesel::update(replies::table.filter(replies::author_id.eq(account)))
        .set((
            replies::author_id.eq(nobody),
            replies::anonymous.eq(anonymous),
        ))
        .execute(conn)?;
    let of_questions = question_likes::table.filter(question_likes::user_id.eq(account));
    let liked = of_questions.select(question_likes::question_id);
    diesel::update(questions::table.filter(questions::question_id.eq_any(liked)))
        .set(questions::likes_count.eq(questions::likes_count - 1))
        .execute(conn)?;
    diesel::delete(of_questions).execute(conn)?;
    let of_replies = reply_likes::table.filter(reply_likes::user_id.eq(account));
    let liked = of_replies.select(reply_likes::reply_id);
    diesel::update(replies::table.filter(replies::reply_id.eq_any(liked)))
        .set(replies::likes_count.eq(replies::likes_count - 1))
        .execute(conn)?;
    diesel::delete(of_replies).execute(conn)?;
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

/// The numbers of the questions and of the replies that someone likes.
pub fn list_likes(conn: &mut DbConn, account: UserId) -> Result<(Vec<i64>, Vec<i64>), DbError> {
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
