//! Statements on `sessions`; those on participants are beside it.

pub mod followed;
pub mod known_codes;
pub mod presence;
pub mod removal;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{JoinCode, Session, SessionCounts, SessionDetails, SessionId, Settings, Tally};
use crate::changes::Change;
use crate::db::columns::columns_of;
use crate::db::schema::{participants, sessions, users};
use crate::db::{DbConn, DbError, UtcTime, dialect};
use crate::users::UserId;

/// The constraint that a taken join code violates.
pub const JOIN_CODE_KEY: &str = "sessions_join_code_key";

/// Notes when what a session says of itself changed last.
macro_rules! details_changed {
    ($change:expr) => {
        (
            sessions::details_change.eq($change.number),
            sessions::details_host_change.eq($change.host_number),
        )
    };
}

/// Notes when what a session counts changed last.
macro_rules! counts_changed {
    ($change:expr) => {
        (
            $crate::db::schema::sessions::counts_change.eq($change.number),
            $crate::db::schema::sessions::counts_host_change.eq($change.host_number),
        )
    };
}
pub(super) use counts_changed;

/// Sessions that are not deleted, and how whoever asks takes part in them.
macro_rules! seen_by {
    ($me:expr) => {{
        let me = UserId::or_nobody($me);
        let mine = participants::session_id
            .eq(sessions::session_id)
            .and(participants::user_id.eq(me));
        sessions::table
            .left_join(participants::table.on(mine))
            .left_join(users::table.on(users::user_id.eq(me)))
            .filter(sessions::deleted_at.is_null())
            .select(columns_of::<Session>())
    }};
}

/// Opens a session.
///
/// # Errors
/// [`DbError::Unique`] with [`JOIN_CODE_KEY`], or when the database fails.
pub fn insert(
    conn: &mut DbConn,
    details: &SessionDetails,
    settings: &Settings,
    counts: SessionCounts,
    opened_by: UserId,
) -> Result<(), DbError> {
    diesel::insert_into(sessions::table)
        .values((details, settings, counts, sessions::opened_by.eq(opened_by)))
        .execute(conn)?;
    Ok(())
}

/// Locks the session's row, if there is one, until the transaction ends: whoever writes in a
/// session does so alone.
pub fn lock(conn: &mut DbConn, session_id: SessionId) -> Result<(), DbError> {
    let row = sessions::table.find(session_id);
    Ok(dialect::lock!(conn, row.select(sessions::session_id))?)
}

/// Locks the rows of all sessions in which someone takes part, in order of their ids.
pub fn lock_all_of(conn: &mut DbConn, user_id: UserId) -> Result<(), DbError> {
    let theirs = participants::table
        .filter(participants::user_id.eq(user_id))
        .select(participants::session_id);
    let rows = sessions::table
        .filter(sessions::session_id.eq_any(theirs))
        .order(sessions::session_id)
        .select(sessions::session_id);
    Ok(dialect::lock!(conn, rows)?)
}

/// The session with this id, as it is for whoever asks.
pub fn find(
    conn: &mut DbConn,
    session_id: SessionId,
    me: Option<UserId>,
) -> Result<Option<Session>, DbError> {
    let session = seen_by!(me)
        .filter(sessions::session_id.eq(session_id))
        .get_result(conn);
    Ok(session.optional()?)
}

/// The session with this join code, as it is for whoever asks.
pub fn find_by_code(
    conn: &mut DbConn,
    code: &JoinCode,
    me: Option<UserId>,
) -> Result<Option<Session>, DbError> {
    let session = seen_by!(me)
        .filter(sessions::join_code.eq(code.as_str()))
        .get_result(conn);
    Ok(session.optional()?)
}

/// At most `limit` sessions in which someone takes part, or did before leaving if `also_left`, the
/// newest first: of those behind `after`, the time at which a session was opened and its id.
pub fn list_of(
    conn: &mut DbConn,
    user_id: UserId,
    after: Option<(DateTime<Utc>, SessionId)>,
    limit: i64,
    also_left: bool,
) -> Result<Vec<Session>, DbError> {
    let mut theirs = participants::table
        .inner_join(sessions::table)
        .inner_join(users::table)
        .filter(participants::user_id.eq(user_id))
        .filter(sessions::deleted_at.is_null())
        .order((
            participants::session_created_at.desc(),
            participants::session_id.desc(),
        ))
        .limit(limit)
        .select(columns_of::<Session>())
        .into_boxed();
    if !also_left {
        theirs = theirs.filter(participants::left_at.is_null());
    }
    if let Some((opened, session_id)) = after {
        let opened = UtcTime::from(opened);
        let same = participants::session_created_at.eq(opened);
        let behind = participants::session_id.lt(session_id);
        let earlier = participants::session_created_at.lt(opened);
        theirs = theirs
            .filter(participants::session_created_at.le(opened))
            .filter(earlier.or(same.and(behind)));
    }
    Ok(theirs.load(conn)?)
}

/// How many sessions someone has opened, but for those that were deleted before `deleted_after`.
pub fn count_opened_by(
    conn: &mut DbConn,
    user_id: UserId,
    deleted_after: DateTime<Utc>,
) -> Result<i64, DbError> {
    let deleted_at = sessions::deleted_at;
    let lately = deleted_at
        .gt(UtcTime::from(deleted_after))
        .assume_not_null();
    let opened = sessions::table
        .filter(sessions::opened_by.eq(user_id))
        .filter(deleted_at.is_null().or(lately));
    Ok(opened.count().get_result(conn)?)
}

/// Changes what a session says of itself. An end stays.
pub fn update(conn: &mut DbConn, details: &SessionDetails, change: Change) -> Result<(), DbError> {
    diesel::update(sessions::table.find(details.session_id))
        .set((details, details_changed!(change)))
        .execute(conn)?;
    Ok(())
}

/// Changes what a session allows.
pub fn update_settings(
    conn: &mut DbConn,
    session_id: SessionId,
    settings: &Settings,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(sessions::table.find(session_id))
        .set((settings, details_changed!(change)))
        .execute(conn)?;
    Ok(())
}

/// Lets a session go on that has ended.
pub fn update_reopened(
    conn: &mut DbConn,
    session_id: SessionId,
    expires_at: DateTime<Utc>,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(sessions::table.find(session_id))
        .set((
            sessions::ended_at.eq(None::<UtcTime>),
            sessions::expires_at.eq(UtcTime::from(expires_at)),
            details_changed!(change),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes a session for everybody: its rows are the purge's. What it said of itself goes at once.
pub fn update_deleted(
    conn: &mut DbConn,
    session_id: SessionId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(sessions::table.find(session_id))
        .set(removal::deleted_at(now))
        .execute(conn)?;
    Ok(())
}

/// Has a session deleted at `delete_at`.
pub fn update_delete_at(
    conn: &mut DbConn,
    session_id: SessionId,
    delete_at: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(sessions::table.find(session_id))
        .set(sessions::delete_at.eq(UtcTime::from(delete_at)))
        .execute(conn)?;
    Ok(())
}

/// Sets the number of a deleted session's questions to none.
pub fn update_no_questions(conn: &mut DbConn, session_id: SessionId) -> Result<(), DbError> {
    diesel::update(sessions::table.find(session_id))
        .set(sessions::question_count.eq(0))
        .execute(conn)?;
    Ok(())
}

/// Takes from the number of a deleted session's questions.
pub fn update_fewer_questions(
    conn: &mut DbConn,
    session_id: SessionId,
    removed: i64,
) -> Result<(), DbError> {
    diesel::update(sessions::table.find(session_id))
        .set(sessions::question_count.eq(sessions::question_count - removed))
        .execute(conn)?;
    Ok(())
}

/// Adds to the numbers of a session's questions and replies.
pub fn update_tally(
    conn: &mut DbConn,
    session_id: SessionId,
    tally: Tally,
    change: Change,
) -> Result<(), DbError> {
    let counts_changed = (tally.shown != 0).then(|| counts_changed!(change));
    let pending_changed =
        (tally.pending != 0).then(|| sessions::pending_change.eq(change.host_number));
    diesel::update(sessions::table.find(session_id))
        .set((
            sessions::question_count.eq(sessions::question_count + tally.questions),
            sessions::shown_count.eq(sessions::shown_count + tally.shown),
            sessions::pending_count.eq(sessions::pending_count + tally.pending),
            counts_changed,
            pending_changed,
        ))
        .execute(conn)?;
    Ok(())
}
