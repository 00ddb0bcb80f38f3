//! Statements on everything that one person has written and likes. The sessions are locked.

use std::collections::BTreeSet;

use diesel::alias;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::{content_changed, counts_changed};
use crate::changes::Recorder;
use crate::db::schema::{mutes, question_likes, questions, replies, reply_likes};
use crate::db::{DbConn, DbError};
use crate::questions::Review;
use crate::sessions::{self, SessionId};
use crate::users::UserId;

/// Whether everybody sees a question, or a reply.
macro_rules! is_public {
    (questions) => {
        questions::shown
    };
    (replies) => {{
        let shown = questions::table
            .filter(questions::question_id.eq(replies::question_id))
            .filter(questions::shown);
        replies::review.eq(Review::Approved).and(exists(shown))
    }};
}

/// Gives an account what a guest has written and likes. What both like counts once: that is all
/// that others see of it.
pub fn update_guest_to_account(
    conn: &mut DbConn,
    guest: UserId,
    account: UserId,
) -> Result<(), DbError> {
    let recorder = &mut Recorder::default();
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
            let liked = $table::table.filter($table::$key.eq_any(twice.select($likes::$key)));
            let changed = liked.select(($table::session_id, is_public!($table)));
            for (session_id, is_public) in changed.distinct().load::<(SessionId, bool)>(conn)? {
                let change = recorder.change_of_one_person(conn, session_id, is_public)?;
                let here = liked.filter($table::session_id.eq(session_id));
                diesel::update(here.filter(is_public!($table).eq(is_public)))
                    .set((
                        $table::likes_count.eq($table::likes_count - 1),
                        counts_changed!($table, change),
                    ))
                    .execute(conn)?;
            }
            diesel::delete(twice).execute(conn)?;
            diesel::update(of_guest)
                .set($likes::user_id.eq(account))
                .execute(conn)?;
        };
    }
    give!(questions, question_likes, question_id);
    give!(replies, reply_likes, reply_id);
    diesel::update(mutes::table.filter(mutes::user_id.eq(guest)))
        .set(mutes::user_id.eq(account))
        .execute(conn)?;
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

/// Writes a function that makes what someone has written nobody's. Others see a change of what bore
/// the name, and of nothing else.
macro_rules! erase_author {
    ($erase:ident, $table:ident, $key:ident) => {
        fn $erase(conn: &mut DbConn, account: UserId, limit: i64) -> Result<usize, DbError> {
            let theirs = $table::table
                .filter($table::author_id.eq(account))
                .order($table::$key)
                .limit(limit)
                .select(($table::$key, $table::session_id));
            let rows = theirs.load(conn)?;
            let Some(locked) = lock_sessions(conn, rows)? else {
                return Ok(0);
            };
            let chosen = $table::table
                .filter($table::author_id.eq(account))
                .filter($table::$key.le(locked.last));
            let named = chosen.filter($table::anonymous.eq(false));
            let nobodys = (
                $table::author_id.eq(None::<UserId>),
                $table::anonymous.eq(true),
            );
            let changed = named.select(($table::session_id, is_public!($table)));
            for (session_id, is_public) in changed.distinct().load::<(SessionId, bool)>(conn)? {
                let recorder = &mut Recorder::default();
                let change = recorder.change_of_one_person(conn, session_id, is_public)?;
                let here = named.filter($table::session_id.eq(session_id));
                diesel::update(here.filter(is_public!($table).eq(is_public)))
                    .set((nobodys, content_changed!($table, change)))
                    .execute(conn)?;
            }
            diesel::update(chosen).set(nobodys).execute(conn)?;
            Ok(locked.rows)
        }
    };
}
erase_author!(erase_questions, questions, question_id);
erase_author!(erase_replies, replies, reply_id);

/// Writes a function that takes someone's likes back.
macro_rules! erase_likes {
    ($erase:ident, $table:ident, $likes:ident, $key:ident) => {
        fn $erase(conn: &mut DbConn, account: UserId, limit: i64) -> Result<usize, DbError> {
            let theirs = $likes::table
                .inner_join($table::table)
                .filter($likes::user_id.eq(account))
                .order($likes::$key)
                .limit(limit)
                .select(($likes::$key, $table::session_id));
            let rows = theirs.load(conn)?;
            let Some(locked) = lock_sessions(conn, rows)? else {
                return Ok(0);
            };
            let chosen = $likes::table
                .filter($likes::user_id.eq(account))
                .filter($likes::$key.le(locked.last));
            let liked = $table::table.filter($table::$key.eq_any(chosen.select($likes::$key)));
            let changed = liked.select(($table::session_id, is_public!($table)));
            for (session_id, is_public) in changed.distinct().load::<(SessionId, bool)>(conn)? {
                let recorder = &mut Recorder::default();
                let change = recorder.change_of_one_person(conn, session_id, is_public)?;
                let here = liked.filter($table::session_id.eq(session_id));
                diesel::update(here.filter(is_public!($table).eq(is_public)))
                    .set((
                        $table::likes_count.eq($table::likes_count - 1),
                        counts_changed!($table, change),
                    ))
                    .execute(conn)?;
            }
            diesel::delete(chosen).execute(conn)?;
            Ok(locked.rows)
        }
    };
}
erase_likes!(erase_likes, questions, question_likes, question_id);
erase_likes!(erase_likes_of_replies, replies, reply_likes, reply_id);

/// Rows whose sessions are locked.
struct Locked {
    /// The number of the last row.
    last: i64,
    /// How many they are.
    rows: usize,
}

/// Locks the sessions of these rows, which are in order of their numbers. `None` where there are no
/// rows.
fn lock_sessions(
    conn: &mut DbConn,
    rows: Vec<(i64, SessionId)>,
) -> Result<Option<Locked>, DbError> {
    let count = rows.len();
    let last = rows.last().map(|it| it.0);
    let of_rows: BTreeSet<SessionId> = rows.into_iter().map(|it| it.1).collect();
    for session_id in &of_rows {
        sessions::lock_row(conn, *session_id)?;
    }
    Ok(last.map(|last| Locked { last, rows: count }))
}

/// The sessions in which something stands under someone's nickname.
pub fn list_sessions_named(
    conn: &mut DbConn,
    account: UserId,
) -> Result<BTreeSet<SessionId>, DbError> {
    let mut named = BTreeSet::new();
    macro_rules! list {
        ($table:ident) => {
            let theirs = $table::table
                .filter($table::author_id.eq(account))
                .filter($table::anonymous.eq(false))
                .select($table::session_id)
                .distinct();
            named.extend(theirs.load::<SessionId>(conn)?);
        };
    }
    list!(questions);
    list!(replies);
    Ok(named)
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
