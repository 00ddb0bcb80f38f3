//! What becomes of someone's sessions when something becomes of the account.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::audit;
use crate::audit::{AuditAction, AuditEntry};
use crate::db::{DbConn, DbError, UtcTime};
use crate::sessions::repository::presence;
use crate::sessions::{Role, Session, SessionId, SessionTitle, repository};
use crate::users::UserId;
use crate::users::account_data::AccountData;
use crate::users::account_export::ExportPart;

/// A guest's participations go to the account; those of a deleted account go, and the sessions that
/// it opened end. Before what belongs to sessions: this locks them.
pub const ACCOUNT_DATA: AccountData = AccountData {
    name: "sessions",
    claim: Some(claim),
    erase,
    renamed: None,
    export,
};

/// Sessions that are read at once, of up to 650 bytes.
const SESSIONS: usize = 100;

/// A session in which the account takes part, as an export tells it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedParticipation {
    /// Which session.
    #[schema(value_type = String)]
    session_id: SessionId,
    /// In NFC.
    #[schema(value_type = SessionTitle)]
    title: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    expires_at: UtcTime,
    /// When its super host ended it; null if nobody did.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    ended_at: Option<UtcTime>,
    /// What the account may do there.
    #[schema(required)]
    role: Option<Role>,
}

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

fn export(account: UserId) -> ExportPart {
    ExportPart::list(SESSIONS, move |conn, after, limit| {
        let sessions = repository::list_of(conn, account, after, limit)?.into_iter();
        let keyed = sessions.map(|session| {
            let opened = DateTime::from(session.details.created_at);
            let key = (opened, session.details.session_id);
            (key, ExportedParticipation::from(session))
        });
        Ok(keyed.collect())
    })
}

impl From<Session> for ExportedParticipation {
    fn from(session: Session) -> Self {
        Self {
            role: session.role(),
            session_id: session.details.session_id,
            title: session.details.title,
            created_at: session.details.created_at,
            expires_at: session.details.expires_at,
            ended_at: session.details.ended_at,
        }
    }
}
