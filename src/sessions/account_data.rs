//! What becomes of someone's sessions when something becomes of the account.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::audit;
use crate::audit::{AuditAction, AuditEntry};
use crate::db::{DbConn, DbError};
use crate::sessions::repository::presence;
use crate::sessions::{Role, Session, SessionTitle, repository};
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

/// A session in the export of one who takes part.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContributedSession {
    /// Which session.
    session_id: String,
    /// In NFC.
    #[schema(value_type = SessionTitle)]
    title: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    expires_at: DateTime<Utc>,
    /// When its super host ended it; null if nobody did.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    ended_at: Option<DateTime<Utc>>,
    /// Mine.
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
            let key = (session.created_at, session.session_id);
            (key, ContributedSession::from(session))
        });
        Ok(keyed.collect())
    })
}

impl From<Session> for ContributedSession {
    fn from(session: Session) -> Self {
        Self {
            session_id: session.session_id.to_text(),
            title: session.title,
            created_at: session.created_at,
            expires_at: session.expires_at,
            ended_at: session.ended_at,
            role: session.role,
        }
    }
}
