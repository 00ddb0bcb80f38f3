//! Statements on `audit_events`.

use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::prelude::*;

use super::rows::{AuditEventRow, NewAuditEventRow};
use super::{AuditEntry, Event};
use crate::db::schema::audit_events;
use crate::db::{DbConn, DbError, UtcTime};
use crate::users::{LoginId, UserId};

/// Writes an entry.
pub fn insert(conn: &mut DbConn, entry: &AuditEntry) -> Result<(), DbError> {
    diesel::insert_into(audit_events::table)
        .values(NewAuditEventRow {
            occurred_at: entry.at.into(),
            action: entry.action.as_ref(),
            user_id: entry.user_id,
            login_id: entry.login_id.map(LoginId::to_text),
            ip: entry.ip.map(|ip| ip.to_string()),
            address_hash: entry.address_hash.as_deref(),
            session_id: entry.session_id.as_deref(),
            subject_id: entry.subject_id,
            item_id: entry.item_id.as_deref(),
        })
        .execute(conn)?;
    Ok(())
}

/// At most `limit` entries about an account with greater numbers than `after`, each with its
/// number, the oldest first.
pub fn list_of(
    conn: &mut DbConn,
    user_id: UserId,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<(i64, Event)>, DbError> {
    let rows: Vec<(i64, AuditEventRow)> = audit_events::table
        .filter(audit_events::user_id.eq(user_id))
        .filter(audit_events::audit_event_id.gt(after.unwrap_or_default()))
        .order(audit_events::audit_event_id)
        .limit(limit)
        .select((
            audit_events::audit_event_id,
            (
                audit_events::action,
                audit_events::occurred_at,
                audit_events::login_id,
                audit_events::ip,
                audit_events::session_id,
                audit_events::item_id,
            ),
        ))
        .load(conn)?;
    let events = rows.into_iter();
    Ok(events.map(|(number, row)| (number, row.into())).collect())
}

/// Deletes at most `limit` entries older than `before` and counts them.
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
