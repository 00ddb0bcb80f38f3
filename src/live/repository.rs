//! Statements on `session_listeners`.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::changes::SessionId;
use crate::db::schema::session_listeners;
use crate::db::{DbConn, DbError, UtcTime};

/// Rows that are older do not count: the server is gone.
const COUNTED: TimeDelta = TimeDelta::seconds(10);
/// Rows that one statement writes.
const ROWS: usize = 1_000;

/// Notes how many follow these sessions at a server. Nothing to do on SQLite, which has one server.
pub fn upsert_listeners(
    conn: &mut DbConn,
    server_id: i64,
    counts: &[(SessionId, i64)],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    use diesel::upsert::excluded;
    let DbConn::Postgres(conn) = conn else {
        return Ok(());
    };
    for some in counts.chunks(ROWS) {
        let rows: Vec<_> = some
            .iter()
            .map(|(session_id, count)| {
                (
                    session_listeners::session_id.eq(*session_id),
                    session_listeners::server_id.eq(server_id),
                    session_listeners::listeners.eq(*count),
                    session_listeners::seen_at.eq(UtcTime::from(now)),
                )
            })
            .collect();
        diesel::insert_into(session_listeners::table)
            .values(rows)
            .on_conflict((session_listeners::session_id, session_listeners::server_id))
            .do_update()
            .set((
                session_listeners::listeners.eq(excluded(session_listeners::listeners)),
                session_listeners::seen_at.eq(excluded(session_listeners::seen_at)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// How many follow these sessions at each of the other servers.
pub fn list_listeners(
    conn: &mut DbConn,
    server_id: i64,
    ids: &[SessionId],
    now: DateTime<Utc>,
) -> Result<Vec<(SessionId, i64)>, DbError> {
    let texts = ids.iter().map(|id| id.to_text());
    let rows: Vec<(SessionId, i64)> = session_listeners::table
        .filter(session_listeners::session_id.eq_any(texts))
        .filter(session_listeners::server_id.ne(server_id))
        .filter(session_listeners::seen_at.gt(UtcTime::from(now - COUNTED)))
        .select((session_listeners::session_id, session_listeners::listeners))
        .load(conn)?;
    Ok(rows)
}

/// Removes at most `limit` rows of servers that are gone, and counts them.
pub fn delete_old(conn: &mut DbConn, before: DateTime<Utc>, limit: i64) -> Result<usize, DbError> {
    let old: Vec<(SessionId, i64)> = session_listeners::table
        .filter(session_listeners::seen_at.lt(UtcTime::from(before)))
        .limit(limit)
        .select((session_listeners::session_id, session_listeners::server_id))
        .load(conn)?;
    for key in &old {
        let row = session_listeners::table.find(*key);
        let is_old = session_listeners::seen_at.lt(UtcTime::from(before));
        diesel::delete(row.filter(is_old)).execute(conn)?;
    }
    Ok(old.len())
}
