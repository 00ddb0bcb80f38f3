//! Statements on everything that one person has written and likes. The sessions are locked.

use std::collections::BTreeSet;

use diesel::alias;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::schema::sessions as session_rows;
use crate::db::schema::{question_likes, questions, replies, reply_likes};
use crate::db::{DbConn, DbError, UtcTime};
use crate::questions::{Body, QuestionId, QuestionNumber, ReplyId, ReplyNumber};
use crate::sessions::{self, SessionId};
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

/// Rows out of which a deleted account is taken at once: they may be of as many sessions.
const ROWS_ERASED: i64 = 500;

/// Takes a deleted account out of at most `limit` questions, or replies, or likes, and counts them:
/// those, too, that others have removed before the sessions were locked, because there may be more.
/// What it has written stays as anonymous. The sessions are locked here, in order of their ids.
pub fn erase(conn: &mut DbConn, account: UserId, limit: i64) -> Result<usize, DbError> {
    let limit = limit.min(ROWS_ERASED);
    for step in [
        erase_questions,
        erase_replies,
        erase_likes,
        erase_likes_of_replies,
    ] {
        let rows = step(conn, account, limit)?;
        if rows > 0 {
            return Ok(rows);
        }
    }
    Ok(0)
}

/// Writes a function that makes what someone has written nobody's.
macro_rules! erase_author {
    ($erase:ident, $table:ident, $key:ident, $with_session:expr) => {
        fn $erase(conn: &mut DbConn, account: UserId, limit: i64) -> Result<usize, DbError> {
            let theirs = $with_session
                .filter($table::author_id.eq(account))
                .order($table::$key)
                .limit(limit)
                .select(($table::$key, questions::session_id));
            let rows = theirs.load(conn)?;
            let Some((last, rows)) = lock_sessions(conn, rows)? else {
                return Ok(0);
            };
            let chosen = $table::table
                .filter($table::author_id.eq(account))
                .filter($table::$key.le(last));
            let nobodys = diesel::update(chosen).set((
                $table::author_id.eq(None::<UserId>),
                $table::anonymous.eq(true),
            ));
            nobodys.execute(conn)?;
            Ok(rows)
        }
    };
}
erase_author!(erase_questions, questions, question_id, questions::table);
erase_author!(
    erase_replies,
    replies,
    reply_id,
    replies::table.inner_join(questions::table)
);

/// Writes a function that takes someone's likes back.
macro_rules! erase_likes {
    ($erase:ident, $table:ident, $likes:ident, $key:ident, $with_session:expr) => {
        fn $erase(conn: &mut DbConn, account: UserId, limit: i64) -> Result<usize, DbError> {
            let theirs = $with_session
                .filter($likes::user_id.eq(account))
                .order($likes::$key)
                .limit(limit)
                .select(($likes::$key, questions::session_id));
            let rows = theirs.load(conn)?;
            let Some((last, rows)) = lock_sessions(conn, rows)? else {
                return Ok(0);
            };
            let chosen = $likes::table
                .filter($likes::user_id.eq(account))
                .filter($likes::$key.le(last));
            let liked = $table::table.filter($table::$key.eq_any(chosen.select($likes::$key)));
            diesel::update(liked)
                .set($table::likes_count.eq($table::likes_count - 1))
                .execute(conn)?;
            diesel::delete(chosen).execute(conn)?;
            Ok(rows)
        }
    };
}
erase_likes!(
    erase_likes,
    questions,
    question_likes,
    question_id,
    question_likes::table.inner_join(questions::table)
);
erase_likes!(
    erase_likes_of_replies,
    replies,
    reply_likes,
    reply_id,
    reply_likes::table.inner_join(replies::table.inner_join(questions::table))
);

/// Locks the sessions of these rows, which are in order of their numbers, and tells the last number
/// and how many rows they are.
fn lock_sessions(
    conn: &mut DbConn,
    rows: Vec<(i64, SessionId)>,
) -> Result<Option<(i64, usize)>, DbError> {
    let last = rows.last().map(|it| (it.0, rows.len()));
    let of_rows: BTreeSet<SessionId> = rows.into_iter().map(|it| it.1).collect();
    for session_id in of_rows {
        sessions::lock_row(conn, session_id)?;
    }
    Ok(last)
}

/// How many questions, replies and likes are someone's.
pub fn count(conn: &mut DbConn, account: UserId) -> Result<i64, DbError> {
    macro_rules! count {
        ($table:ident, $owner:ident) => {{
            let theirs = $table::table.filter($table::$owner.eq(account));
            theirs.count().single_value()
        }};
    }
    let counts = diesel::select((
        count!(questions, author_id),
        count!(replies, author_id),
        count!(question_likes, user_id),
        count!(reply_likes, user_id),
    ));
    type Count = Option<i64>;
    let (asked, replied, liked, liked_replies): (Count, Count, Count, Count) =
        counts.get_result(conn)?;
    Ok([asked, replied, liked, liked_replies]
        .into_iter()
        .flatten()
        .sum())
}

/// When the session of the question with this number was deleted: a look-up for each row that is
/// given. As a condition or a join, PostgreSQL would read and sort all that someone has for each
/// page, as long as it has no statistics.
macro_rules! deleted_at {
    ($number:expr) => {
        questions::table
            .inner_join(session_rows::table)
            .filter(questions::question_id.eq($number))
            .select(session_rows::deleted_at)
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
    let deleted_at = session_rows::table
        .filter(session_rows::session_id.eq(questions::session_id))
        .select(session_rows::deleted_at)
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
        .inner_join(questions::table.inner_join(session_rows::table))
        .filter(replies::reply_id.eq(reply_likes::reply_id))
        .select(session_rows::deleted_at)
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
