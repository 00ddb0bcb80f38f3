//! Statements with which the purge empties deleted sessions, whose rows are locked, and finds
//! guests of whom nothing is left.

use diesel::alias;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::schema::{question_likes, questions, replies, reply_likes, users};
use crate::db::{DbConn, DbError, dialect};
use crate::questions::{QuestionNumber, ReplyNumber};
use crate::sessions::SessionId;
use crate::users::UserId;

/// What one step has removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deleted {
    /// Questions, or replies.
    pub items: usize,
    /// These, and the likes that went with them.
    pub rows: usize,
}

/// How many of the first items, with so many likes each, are at most `limit` rows.
fn fit<T>(items: &[(T, i64)], limit: i64) -> Deleted {
    let mut fitting = Deleted::default();
    for (_, likes) in items {
        let rows = fitting.rows + 1 + usize::try_from(*likes).unwrap_or_default();
        if rows as i64 > limit {
            break;
        }
        fitting.items += 1;
        fitting.rows = rows;
    }
    fitting
}

/// Takes at most `$limit` likes back of an item with more than that.
macro_rules! some_likes {
    ($conn:expr, $table:ident, $likes:ident, $key:ident, $number:expr, $limit:expr) => {{
        let some = alias!($likes as some);
        let users = some
            .filter(some.field($likes::$key).eq($number))
            .limit($limit)
            .select(some.field($likes::user_id));
        let chosen = $likes::table
            .filter($likes::$key.eq($number))
            .filter($likes::user_id.eq_any(users));
        let rows = diesel::delete(chosen).execute($conn)?;
        let fewer = $table::likes_count.eq($table::likes_count - rows as i64);
        diesel::update($table::table.find($number))
            .set(fewer)
            .execute($conn)?;
        Ok(Deleted { items: 0, rows })
    }};
}

/// Deletes those of the found items, each with its likes, that are at most `$limit` rows. Where the
/// first one has more likes than that, some of these.
macro_rules! delete_fitting {
    ($conn:expr, $table:ident, $likes:ident, $key:ident, $found:expr, $limit:expr) => {{
        let fitting = fit(&$found, $limit);
        match $found.first() {
            None => Ok(fitting),
            Some((first, _)) if fitting.items == 0 => {
                some_likes!($conn, $table, $likes, $key, *first, $limit)
            }
            Some(_) => {
                let fitting_ones = $found.iter().take(fitting.items);
                let numbers: Vec<i64> = fitting_ones.map(|it| it.0.get()).collect();
                dialect::on_each!($conn, |conn| diesel::delete(
                    $table::table.filter($table::$key.eq_any(&numbers))
                )
                .execute(conn))?;
                Ok(fitting)
            }
        }
    }};
}

/// Deletes replies of a session and their likes: at most `limit` rows.
pub fn delete_replies(
    conn: &mut DbConn,
    session_id: SessionId,
    limit: i64,
) -> Result<Deleted, DbError> {
    let found: Vec<(ReplyNumber, i64)> = replies::table
        .inner_join(questions::table)
        .filter(questions::session_id.eq(session_id))
        .limit(limit)
        .select((replies::reply_id, replies::likes_count))
        .load(conn)?;
    delete_fitting!(conn, replies, reply_likes, reply_id, found, limit)
}

/// Deletes questions of a session, which have no replies any more, and their likes: at most `limit`
/// rows.
pub fn delete_questions(
    conn: &mut DbConn,
    session_id: SessionId,
    limit: i64,
) -> Result<Deleted, DbError> {
    let found: Vec<(QuestionNumber, i64)> = questions::table
        .filter(questions::session_id.eq(session_id))
        .limit(limit)
        .select((questions::question_id, questions::likes_count))
        .load(conn)?;
    delete_fitting!(conn, questions, question_likes, question_id, found, limit)
}

/// Whether nothing is left of what someone has asked, replied and liked.
macro_rules! has_nothing {
    ($user_id:expr) => {{
        let asked = questions::table.filter(questions::author_id.eq($user_id.nullable()));
        let replied = replies::table.filter(replies::author_id.eq($user_id.nullable()));
        let liked = question_likes::table.filter(question_likes::user_id.eq($user_id));
        let liked_replies = reply_likes::table.filter(reply_likes::user_id.eq($user_id));
        not(exists(asked))
            .and(not(exists(replied)))
            .and(not(exists(liked)))
            .and(not(exists(liked_replies)))
    }};
}

/// Notes of at most `limit` accounts, with ids from `from` to below `to`, that they have
/// contributed nothing that is left, and counts them.
pub fn update_without_contributions(
    conn: &mut DbConn,
    from: i64,
    to: i64,
    limit: i64,
) -> Result<usize, DbError> {
    let empty = users::table
        .filter(users::user_id.ge(from))
        .filter(users::user_id.lt(to))
        .filter(users::contributed.eq(true))
        .filter(has_nothing!(users::user_id))
        .order(users::user_id)
        .limit(limit)
        .select(users::user_id);
    let ids: Vec<UserId> = empty.load(conn)?;
    let ids: Vec<i64> = ids.into_iter().map(UserId::get).collect();
    // Whoever contributes has locked its account: looked at again, now that nobody can.
    let theirs = users::table.filter(users::user_id.eq_any(&ids));
    dialect::lock!(conn, theirs.order(users::user_id).select(users::user_id))?;
    let updated = dialect::on_each!(conn, |conn| diesel::update(
        users::table
            .filter(users::user_id.eq_any(&ids))
            .filter(has_nothing!(users::user_id))
    )
    .set(users::contributed.eq(false))
    .execute(conn))?;
    Ok(updated)
}
