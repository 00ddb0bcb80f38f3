//! Statements on `question_likes` and `reply_likes`, and on the counts that go with them. The
//! session is locked.

use diesel::prelude::*;

use crate::db::schema::{question_likes, questions, replies, reply_likes};
use crate::db::{DbConn, DbError, dialect};
use crate::questions::rows::{QuestionLikeRow, ReplyLikeRow};
use crate::questions::{QuestionId, ReplyId};
use crate::users::UserId;

/// Lets someone like a question, and tells how many do.
pub fn insert_of_question(
    conn: &mut DbConn,
    question_id: QuestionId,
    user_id: UserId,
) -> Result<i64, DbError> {
    let row = QuestionLikeRow {
        question_id: question_id.get(),
        user_id: user_id.get(),
    };
    let inserted = dialect::on_each!(conn, |conn| diesel::insert_into(question_likes::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    add_to_question(conn, question_id, inserted as i64)
}

/// Lets someone not like a question any more, and tells how many do.
pub fn delete_of_question(
    conn: &mut DbConn,
    question_id: QuestionId,
    user_id: UserId,
) -> Result<i64, DbError> {
    let like = question_likes::table.find((question_id, user_id));
    let deleted = diesel::delete(like).execute(conn)?;
    add_to_question(conn, question_id, -(deleted as i64))
}

fn add_to_question(conn: &mut DbConn, question_id: QuestionId, added: i64) -> Result<i64, DbError> {
    let question = diesel::update(questions::table.find(question_id))
        .set(questions::likes_count.eq(questions::likes_count + added));
    Ok(question
        .returning(questions::likes_count)
        .get_result(conn)?)
}

/// Lets someone like a reply, and tells how many do.
pub fn insert_of_reply(
    conn: &mut DbConn,
    reply_id: ReplyId,
    user_id: UserId,
) -> Result<i64, DbError> {
    let row = ReplyLikeRow {
        reply_id: reply_id.get(),
        user_id: user_id.get(),
    };
    let inserted = dialect::on_each!(conn, |conn| diesel::insert_into(reply_likes::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    add_to_reply(conn, reply_id, inserted as i64)
}

/// Lets someone not like a reply any more, and tells how many do.
pub fn delete_of_reply(
    conn: &mut DbConn,
    reply_id: ReplyId,
    user_id: UserId,
) -> Result<i64, DbError> {
    let like = reply_likes::table.find((reply_id, user_id));
    let deleted = diesel::delete(like).execute(conn)?;
    add_to_reply(conn, reply_id, -(deleted as i64))
}

fn add_to_reply(conn: &mut DbConn, reply_id: ReplyId, added: i64) -> Result<i64, DbError> {
    let reply = diesel::update(replies::table.find(reply_id))
        .set(replies::likes_count.eq(replies::likes_count + added));
    Ok(reply.returning(replies::likes_count).get_result(conn)?)
}
