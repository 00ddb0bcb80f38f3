//! Statements that make one question of two. The session is locked.

use diesel::alias;
use diesel::prelude::*;

use super::{content_changed, replies_changed};
use crate::changes::Change;
use crate::db::schema::{question_likes, questions, replies};
use crate::db::{DbConn, DbError};
use crate::questions::{QuestionId, QuestionNumber};

/// What a question gets of another one.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    /// Likes of those who did not like it before.
    pub likes: i64,
    /// Living replies that everybody sees.
    pub replies: i64,
    /// Merged questions.
    pub merged: i64,
}

/// Lets those like the other question who like one, and counts those who did not before. Moved by
/// an update, which checks no foreign key to the accounts: those may be locked by who waits for the
/// session.
pub fn move_likes(
    conn: &mut DbConn,
    from: QuestionNumber,
    to: QuestionNumber,
) -> Result<i64, DbError> {
    let other = alias!(question_likes as other);
    let also = other
        .filter(other.field(question_likes::question_id).eq(to))
        .select(other.field(question_likes::user_id));
    let of_one = question_likes::table.filter(question_likes::question_id.eq(from));
    diesel::delete(of_one.filter(question_likes::user_id.eq_any(also))).execute(conn)?;
    let moved = diesel::update(of_one)
        .set(question_likes::question_id.eq(to))
        .execute(conn)?;
    Ok(moved as i64)
}

/// Gives the other question the replies to one, whoever sees them.
pub fn move_replies(
    conn: &mut DbConn,
    from: QuestionNumber,
    to: QuestionNumber,
) -> Result<(), DbError> {
    diesel::update(replies::table.filter(replies::question_id.eq(from)))
        .set(replies::question_id.eq(to))
        .execute(conn)?;
    Ok(())
}

/// Closes a question that was merged into another one, and points what was merged into it there:
/// hosts who hold that find it by way of the question, which they are told.
pub fn update_merged(
    conn: &mut DbConn,
    number: QuestionNumber,
    into: QuestionNumber,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(questions::table.filter(questions::merged_into.eq(number)))
        .set(questions::merged_into.eq(into))
        .execute(conn)?;
    diesel::update(questions::table.find(number))
        .set((
            questions::merged_into.eq(into),
            questions::merged_count.eq(0),
            questions::shown.eq(false),
            questions::closed.eq(true),
            questions::pinned.eq(false),
            questions::likes_count.eq(0),
            questions::replies_count.eq(0),
            content_changed!(questions, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// Counts what a question has got of another one.
pub fn update_united(
    conn: &mut DbConn,
    number: QuestionNumber,
    moved: Moved,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(questions::table.find(number))
        .set((
            questions::likes_count.eq(questions::likes_count + moved.likes),
            questions::replies_count.eq(questions::replies_count + moved.replies),
            questions::merged_count.eq(questions::merged_count + moved.merged),
            replies_changed!(change),
            content_changed!(questions, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// The ids of what was merged into a question.
pub fn list_merged(conn: &mut DbConn, number: QuestionNumber) -> Result<Vec<QuestionId>, DbError> {
    let merged = questions::table.filter(questions::merged_into.eq(number));
    Ok(merged.select(questions::public_id).load(conn)?)
}

/// Counts one question less that was merged into the one into which this was. Nobody sees that.
pub fn update_one_less(conn: &mut DbConn, number: QuestionNumber) -> Result<(), DbError> {
    let other = alias!(questions as other);
    let into = other
        .filter(other.field(questions::question_id).eq(number))
        .select(other.field(questions::merged_into).assume_not_null());
    diesel::update(questions::table.filter(questions::question_id.eq_any(into)))
        .set(questions::merged_count.eq(questions::merged_count - 1))
        .execute(conn)?;
    Ok(())
}
