//! What the purge does with sessions: it deletes those whose time has come, and removes what is
//! left of deleted ones. What was asked in them goes before, by the feature that keeps it.

use chrono::{DateTime, TimeDelta, Utc};

use super::SessionId;
use super::repository::{known_codes, removal};
use super::service::known_codes::FORGOTTEN_AFTER;
use crate::changes;
use crate::db::{DbConn, DbError};
use crate::purge::{Purge, PurgeTimes, Removed};

/// A deleted session counts for so long among those that an account has opened: otherwise join
/// codes could be used up.
pub const COUNTED_AFTER_DELETION: TimeDelta = TimeDelta::days(1);

/// Deletes the sessions whose time has come.
pub const PURGE_SESSIONS: Purge = Purge {
    name: "sessions",
    remove: delete_over,
};

/// Takes the participants out of deleted sessions: after the questions.
pub const PURGE_PARTICIPANTS: Purge = Purge {
    name: "participants of deleted sessions",
    remove: remove_participants,
};

/// Join codes that nobody has used in a network for a day.
pub const PURGE_KNOWN_CODES: Purge = Purge {
    name: "known join codes",
    remove: |conn, times, batch| {
        let rows = known_codes::delete_old(conn, times.now - FORGOTTEN_AFTER, batch)?;
        Ok(Removed::at_most(batch, rows))
    },
};

/// A deleted session that has questions, whose row is locked until the transaction ends.
pub fn lock_deleted(conn: &mut DbConn, now: DateTime<Utc>) -> Result<Option<SessionId>, DbError> {
    removal::lock_deleted(conn, now, true)
}

fn delete_over(conn: &mut DbConn, times: PurgeTimes, batch: i64) -> Result<Removed, DbError> {
    let mut rows = removal::delete_due(conn, times.now, batch)?;
    if let Some(before) = times.oldest_session {
        rows += removal::delete_ended(conn, before, times.now, batch)?;
        rows += removal::delete_expired(conn, before, times.now, batch)?;
    }
    Ok(Removed::at_most(batch, rows))
}

fn remove_participants(
    conn: &mut DbConn,
    times: PurgeTimes,
    batch: i64,
) -> Result<Removed, DbError> {
    let Some(session_id) = removal::lock_deleted(conn, times.now, false)? else {
        return Ok(Removed::default());
    };
    let mut rows = removal::delete_participants(conn, session_id, batch)?;
    rows += removal::delete_mutes(conn, session_id, batch)?;
    rows += changes::delete_of_session(conn, session_id, batch)?;
    if rows == 0 {
        removal::update_emptied(conn, session_id, times.now, COUNTED_AFTER_DELETION)?;
    }
    Ok(Removed {
        rows,
        has_more: true,
    })
}
