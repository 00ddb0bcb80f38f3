//! Statements on `audit_events`.

use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::prelude::*;

use super::Entry;
use super::rows::NewAuditEventRow;
use crate::db::schema::audit_events;
use crate::db::{DbConn, DbError, UtcTime};

/// Writes an entry.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, entry: &Entry) -> Result<(), DbError> {
    diesel::insert_into(audit_events::table)
        .values(NewAuditEventRow {
            occurred_at: entry.at.into(),
            action: entry.action.as_str(),
            user_id: entry.user_id,
            login_id: entry.login_id.as_deref(),
            ip: entry.ip.map(|ip| ip.to_string()),
            address_hash: entry.address_hash.as_deref(),
        })
        .execute(conn)?;
    Ok(())
}

/// Deletes at most `limit` entries older than `before` and counts them.
///
/// # Errors
/// When the database fails.
pub fn delete_old(conn: &mut DbConn, before: DateTime<Utc>, limit: i64) -> Result<usize, DbError> {
    let old = alias!(audit_events as old);
    let ids = old
        .filter(
            old.field(audit_events::occurred_at)
                .lt(UtcTime::from(before)),
        )
        .order(old.field(audit_events::audit_event_id))
        .limit(limit)
        .select(old.field(audit_events::audit_event_id));
    let chosen = audit_events::table.filter(audit_events::audit_event_id.eq_any(ids));
    Ok(diesel::delete(chosen).execute(conn)?)
}
