//! Statements with which the purge deletes sessions, and removes what is left of deleted ones.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::alias;
use diesel::prelude::*;

use crate::blocked_words::BlockedWords;
use crate::db::schema::{mutes, participants, sessions};
use crate::db::{DbConn, DbError, UtcTime};
use crate::sessions::{Labels, QuestionId, SessionId};
use crate::users::UserId;

/// What becomes of the row of a session that is deleted at `now`.
#[derive(AsChangeset)]
#[diesel(table_name = sessions, treat_none_as_null = true)]
pub struct DeletedSession {
    title: &'static str,
    description: &'static str,
    blocked_words: BlockedWords,
    labels: Labels,
    current_question: Option<QuestionId>,
    shown_count: i64,
    pending_count: i64,
    deleted_at: UtcTime,
    delete_at: UtcTime,
}

/// A session that is deleted at `now`.
pub fn deleted_at(now: DateTime<Utc>) -> DeletedSession {
    DeletedSession {
        title: "",
        description: "",
        blocked_words: BlockedWords::default(),
        labels: Labels::default(),
        current_question: None,
        shown_count: 0,
        pending_count: 0,
        deleted_at: now.into(),
        delete_at: now.into(),
    }
}

/// Deletes at most `$limit` sessions whose `$column` is `$over` (`le` or `lt`) a time, and counts
/// them. The conditions stand twice: PostgreSQL checks the outer ones again on a row that it waited
/// for, such as one that was reopened meanwhile.
macro_rules! delete {
    ($conn:expr, $column:ident.$over:ident($time:expr), $now:expr, $limit:expr) => {{
        let time = UtcTime::from($time);
        let old = alias!(sessions as old);
        let ids = old
            .filter(old.field(sessions::deleted_at).is_null())
            .filter(old.field(sessions::$column).$over(time))
            .limit($limit)
            .select(old.field(sessions::session_id));
        let chosen = sessions::table
            .filter(sessions::session_id.eq_any(ids))
            .filter(sessions::deleted_at.is_null())
            .filter(sessions::$column.$over(time));
        let deleted = diesel::update(chosen).set(deleted_at($now));
        Ok(deleted.execute($conn)?)
    }};
}

/// Deletes at most `limit` of the sessions that are to be deleted by now, and counts them.
pub fn delete_due(conn: &mut DbConn, now: DateTime<Utc>, limit: i64) -> Result<usize, DbError> {
    delete!(conn, delete_at.le(now), now, limit)
}

/// The same of sessions that their super hosts ended before `before`.
pub fn delete_ended(
    conn: &mut DbConn,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<usize, DbError> {
    delete!(conn, ended_at.lt(before), now, limit)
}

/// The same of sessions whose time had passed before `before`.
pub fn delete_expired(
    conn: &mut DbConn,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<usize, DbError> {
    delete!(conn, expires_at.lt(before), now, limit)
}

/// A deleted session of which something is left, with its questions or without. Its row is locked
/// until the transaction ends.
pub fn lock_deleted(
    conn: &mut DbConn,
    now: DateTime<Utc>,
    has_questions: bool,
) -> Result<Option<SessionId>, DbError> {
    let mut left = sessions::table
        .filter(sessions::deleted_at.is_not_null())
        .filter(sessions::delete_at.le(UtcTime::from(now)))
        .order(sessions::delete_at)
        .limit(1)
        .select(sessions::session_id)
        .into_boxed();
    left = if has_questions {
        left.filter(sessions::question_count.gt(0))
    } else {
        left.filter(sessions::question_count.eq(0))
    };
    let found: Option<SessionId> = left.get_result(conn).optional()?;
    if let Some(session_id) = found {
        super::lock(conn, session_id)?;
    }
    Ok(found)
}

/// Takes at most `limit` participants out of a deleted session, and counts them.
pub fn delete_participants(
    conn: &mut DbConn,
    session_id: SessionId,
    limit: i64,
) -> Result<usize, DbError> {
    let some = alias!(participants as some);
    let ids = some
        .filter(some.field(participants::session_id).eq(session_id))
        .limit(limit)
        .select(some.field(participants::user_id));
    let chosen = participants::table
        .filter(participants::session_id.eq(session_id))
        .filter(participants::user_id.eq_any(ids));
    Ok(diesel::delete(chosen).execute(conn)?)
}

/// Forgets at most `limit` mutes of a deleted session, and counts them.
pub fn delete_mutes(
    conn: &mut DbConn,
    session_id: SessionId,
    limit: i64,
) -> Result<usize, DbError> {
    let some = alias!(mutes as some);
    let ids = some
        .filter(some.field(mutes::session_id).eq(session_id))
        .limit(limit)
        .select(some.field(mutes::mute_id));
    let chosen = mutes::table
        .filter(mutes::session_id.eq(session_id))
        .filter(mutes::mute_id.eq_any(ids));
    Ok(diesel::delete(chosen).execute(conn)?)
}

/// Notes that nothing is left of a deleted session, not even its counts. Who opened it is forgotten
/// `counted` after it was deleted.
pub fn update_emptied(
    conn: &mut DbConn,
    session_id: SessionId,
    now: DateTime<Utc>,
    counted: TimeDelta,
) -> Result<(), DbError> {
    let row = || sessions::table.find(session_id);
    let deleted_at: Option<UtcTime> = row().select(sessions::deleted_at).get_result(conn)?;
    let forgotten_at = deleted_at.map(|it| DateTime::from(it) + counted);
    diesel::update(row())
        .set((
            sessions::listed_count.eq(0),
            sessions::anonymous_count.eq(0),
        ))
        .execute(conn)?;
    match forgotten_at.filter(|it| *it > now) {
        Some(later) => diesel::update(row())
            .set(sessions::delete_at.eq(UtcTime::from(later)))
            .execute(conn)?,
        None => diesel::update(row())
            .set((
                sessions::delete_at.eq(None::<UtcTime>),
                sessions::opened_by.eq(None::<UserId>),
            ))
            .execute(conn)?,
    };
    Ok(())
}
