//! Statements on `sessions`; those on participants are beside it.

pub mod presence;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{JoinCode, Role, Session, SessionCounts, SessionDetails, SessionId};
use crate::db::columns::columns_of;
use crate::db::schema::{participants, sessions};
use crate::db::{DbConn, DbError, UtcTime, dialect};
use crate::users::UserId;

/// The constraint that a taken join code violates.
pub const JOIN_CODE_KEY: &str = "sessions_join_code_key";

/// Sessions, and how whoever asks takes part in them.
macro_rules! seen_by {
    ($me:expr) => {{
        let me = UserId::or_nobody($me);
        let mine = participants::session_id
            .eq(sessions::session_id)
            .and(participants::user_id.eq(me));
        sessions::table
            .left_join(participants::table.on(mine))
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
    counts: SessionCounts,
) -> Result<(), DbError> {
    diesel::insert_into(sessions::table)
        .values((details, counts))
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

/// At most `limit` sessions in which someone takes part, the newest first: of those behind `after`,
/// the time at which a session was opened and its id.
pub fn list_of(
    conn: &mut DbConn,
    user_id: UserId,
    after: Option<(DateTime<Utc>, SessionId)>,
    limit: i64,
) -> Result<Vec<Session>, DbError> {
    let mut theirs = participants::table
        .inner_join(sessions::table)
        .filter(participants::user_id.eq(user_id))
        .order((
            participants::session_created_at.desc(),
            participants::session_id.desc(),
        ))
        .limit(limit)
        .select(columns_of::<Session>())
        .into_boxed();
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

/// How many sessions someone has opened.
pub fn count_opened_by(conn: &mut DbConn, user_id: UserId) -> Result<i64, DbError> {
    let opened = participants::table
        .filter(participants::user_id.eq(user_id))
        .filter(participants::role.eq(Role::SuperHost));
    Ok(opened.count().get_result(conn)?)
}

/// Changes what a session says of itself. An end stays.
pub fn update(conn: &mut DbConn, details: &SessionDetails) -> Result<(), DbError> {
    diesel::update(sessions::table.find(details.session_id))
        .set(details)
        .execute(conn)?;
    Ok(())
}

/// Ends the running sessions that someone has opened, and tells which they were.
pub fn update_all_opened_by_to_ended(
    conn: &mut DbConn,
    user_id: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, DbError> {
    let now = UtcTime::from(now);
    let opened = participants::table
        .filter(participants::user_id.eq(user_id))
        .filter(participants::role.eq(Role::SuperHost))
        .select(participants::session_id);
    let running = sessions::table
        .filter(sessions::session_id.eq_any(opened))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now));
    let ended = diesel::update(running)
        .set(sessions::ended_at.eq(now))
        .returning(sessions::session_id);
    Ok(ended.get_results(conn)?)
}

/// Adds to the number of a session's questions.
pub fn update_question_count(
    conn: &mut DbConn,
    session_id: SessionId,
    added: i64,
) -> Result<(), DbError> {
    diesel::update(sessions::table.find(session_id))
        .set(sessions::question_count.eq(sessions::question_count + added))
        .execute(conn)?;
    Ok(())
}
