//! What becomes of someone's sessions when something becomes of the account.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use crate::audit;
use crate::audit::{AuditAction, AuditEntry};
use crate::db::{DbConn, DbError, UtcTime};
use crate::sessions::repository;
use crate::sessions::repository::presence;
use crate::sessions::{Role, SessionId};
use crate::users::UserId;
use crate::users::account_data::AccountData;

/// A guest's participations go to the account; those of a deleted account go, and the sessions that
/// it opened end. Before what belongs to sessions: this locks them.
pub const ACCOUNT_DATA: AccountData = AccountData {
    name: "sessions",
    claim,
    erase,
    export,
};

fn claim(conn: &mut DbConn, guest: UserId, account: UserId) -> Result<(), DbError> {
    repository::lock_all_of(conn, guest)?;
    presence::update_guest_to_account(conn, guest, account)
}

fn erase(conn: &mut DbConn, account: UserId, now: DateTime<Utc>) -> Result<(), DbError> {
    repository::lock_all_of(conn, account)?;
    for ended in repository::update_all_opened_by_to_ended(conn, account, now)? {
        let entry = AuditEntry {
            session_id: Some(ended.to_text()),
            ..AuditEntry::new(AuditAction::SessionEnded, Some(account), now)
        };
        audit::repository::insert(conn, &entry)?;
    }
    presence::delete_participations(conn, account)
}

/// A session in which the account takes part, as an export tells it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportedParticipation {
    session_id: SessionId,
    title: String,
    created_at: UtcTime,
    expires_at: UtcTime,
    ended_at: Option<UtcTime>,
    role: Option<Role>,
}

fn export(conn: &mut DbConn, account: UserId) -> Result<Value, DbError> {
    let sessions = repository::list_all_of(conn, account)?.into_iter();
    let sessions = sessions.map(|session| ExportedParticipation {
        role: session.role(),
        session_id: session.details.session_id,
        title: session.details.title,
        created_at: session.details.created_at,
        expires_at: session.details.expires_at,
        ended_at: session.details.ended_at,
    });
    Ok(json!(sessions.collect::<Vec<_>>()))
}
