//! Statements on everything that one person has written and likes. The sessions are locked.

use std::collections::BTreeSet;

use diesel::alias;
use diesel::prelude::*;

use crate::db::schema::{question_likes, questions, replies, reply_likes};
use crate::db::{DbConn, DbError};
use crate::sessions::{self, SessionId};
use crate::users::UserId;

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
    give!(questions, question_likes, question_id);
    give!(replies, reply_likes, reply_id);
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
