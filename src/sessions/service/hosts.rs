//! Making hosts, and participants again.

use std::net::IpAddr;

use super::access::authorize;
use super::{SessionsService, entry};
use crate::audit;
use crate::audit::AuditEntry;
use crate::db::DbConn;
use crate::sessions::permissions::Action;
use crate::sessions::repository::presence;
use crate::sessions::{Participant, Role, SessionId, SessionsError};
use crate::users::{CurrentUser, UserId};

impl SessionsService {
    /// Makes a listed participant a sub host, or a participant again, who is then as returned.
    ///
    /// # Errors
    /// [`SessionsError::Account`], [`SessionsError::NoSuchSession`], [`SessionsError::Refused`],
    /// [`SessionsError::OwnRole`], [`SessionsError::NoSuchParticipant`], or when the database
    /// fails.
    pub async fn change_host(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        user_id: UserId,
        is_host: bool,
        ip: Option<IpAddr>,
    ) -> Result<Participant, SessionsError> {
        let clock = self.clock.clone();
        let (role, action) = if is_host {
            (Role::SubHost, audit::AuditAction::HostGranted)
        } else {
            (Role::Participant, audit::AuditAction::HostRevoked)
        };
        let change = move |conn: &mut DbConn| {
            let actor = authorize(conn, &clock, me, session_id, Action::ChangeHosts)?;
            if user_id == me.user_id {
                return Err(SessionsError::OwnRole);
            }
            let listed = presence::find_listed(conn, session_id, user_id)?;
            let listed = listed.ok_or(SessionsError::NoSuchParticipant)?;
            if listed.role != role {
                presence::update_role(conn, session_id, user_id, role)?;
                let changed = AuditEntry {
                    subject_id: Some(user_id),
                    ..entry(action, &actor, ip)
                };
                audit::repository::insert(conn, &changed)?;
            }
            Ok(Participant { role, ..listed })
        };
        self.db.write(change).await
    }
}
