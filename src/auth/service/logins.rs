//! The devices that are signed in, for their owner.

use super::ended_logins::Ending;
use super::{AuthService, entry, require_running};
use crate::audit::{self, AuditAction};
use crate::auth::error::AuthError;
use crate::auth::login::{Device, OwnLogin};
use crate::auth::repository::{ending, logins};
use crate::db::{DbConn, DbError};
use crate::users::{self, CurrentUser, LoginId, UserId};

impl AuthService {
    /// The living logins of an account, the one used last first.
    pub async fn list_logins(&self, user_id: UserId) -> Result<Vec<OwnLogin>, AuthError> {
        let now = self.clock.now();
        let list = move |conn: &mut DbConn| logins::list_logins(conn, user_id);
        let mut logins: Vec<OwnLogin> = self.db.read::<_, DbError, _>(list).await?;
        logins.retain(|login| login.is_alive(now));
        Ok(logins)
    }

    /// Ends a login of one's own; one that has ended stays so.
    ///
    /// # Errors
    /// [`AuthError::NoSuchLogin`], or when the database fails.
    pub async fn end_login(
        &self,
        me: CurrentUser,
        login_id: LoginId,
        device: Device,
    ) -> Result<(), AuthError> {
        let end = move |conn: &mut DbConn, now| {
            require_running(conn, me)?;
            let login = logins::lock_login(conn, login_id)?;
            if login.is_none_or(|login| login.user_id != me.user_id) {
                return Err(AuthError::NoSuchLogin);
            }
            if ending::end(conn, login_id, now)?.is_none() {
                return Ok(Ending::nothing(()));
            }
            let entry = entry(AuditAction::LoginEnded, me.user_id, login_id, &device, now);
            audit::repository::insert(conn, &entry)?;
            Ok(Ending::of(login_id, ()))
        };
        self.ended_logins.write(end).await
    }

    /// Ends every login of one's own but the one that asks.
    pub async fn end_other_logins(&self, me: CurrentUser, device: Device) -> Result<(), AuthError> {
        let end = move |conn: &mut DbConn, now| {
            // What signs in at the same time is done, or comes after.
            users::repository::lock_row(conn, me.user_id)?;
            require_running(conn, me)?;
            let (user_id, mine) = (me.user_id, me.login_id);
            let ended = ending::end_all_of(conn, user_id, Some(mine), now)?;
            let entry = entry(AuditAction::OtherLoginsEnded, user_id, mine, &device, now);
            audit::repository::insert(conn, &entry)?;
            Ok::<_, AuthError>(Ending { outcome: (), ended })
        };
        self.ended_logins.write(end).await
    }
}
