//! Deleting one's account.

use chrono::{DateTime, Utc};

use super::attempts::Reservation;
use super::ended_logins::Ending;
use super::error::AuthError;
use super::login::Device;
use super::password::TypedPassword;
use super::repository::ending;
use super::service::{AuthService, entry, require_running};
use crate::audit::{self, Action};
use crate::db::{DbConn, DbError};
use crate::network::Network;
use crate::users::{self, CurrentUser, LoginId, StoredCredentials, UserId, UserKind};

impl AuthService {
    /// Deletes the account with everything personal, and ends its logins. A named account needs its
    /// password.
    ///
    /// # Errors
    /// [`AuthError::PasswordMissing`], [`AuthError::InvalidCredentials`],
    /// [`AuthError::TooManyAttempts`], [`AuthError::LoginEnded`], or when hashing or the database fails.
    pub async fn delete_account(
        &self,
        me: CurrentUser,
        password: Option<TypedPassword>,
        device: Device,
    ) -> Result<(), AuthError> {
        let account = self.credentials_of(me).await?;
        let Some(account) = account else {
            return self.delete(me, None, device).await;
        };
        let password = password.ok_or(AuthError::PasswordMissing)?;
        let place = self.passwords.enter(Network::of(device.ip))?;
        let verified = self.verify_own(&place, me, password, &account, &device);
        let reserved = verified.await?;
        drop(place);
        let deleted = self.delete(me, Some((account, reserved.clone())), device);
        self.attempts.settle(&reserved, deleted.await).await
    }

    /// `named`: what was verified of a named account.
    async fn delete(
        &self,
        me: CurrentUser,
        named: Option<(StoredCredentials, Reservation)>,
        device: Device,
    ) -> Result<(), AuthError> {
        let (belongings, attempts) = (self.belongings, self.attempts.clone());
        let delete = move |conn: &mut DbConn, now| {
            if let Some((account, reserved)) = &named {
                let (id, hash) = (account.user_id, &account.password_hash);
                if !users::repository::update_verified_hash(conn, id, hash, hash)? {
                    return Err(AuthError::InvalidCredentials);
                }
                attempts.clear(conn, reserved)?;
            } else if !users::repository::lock(conn, me.user_id, UserKind::Guest)? {
                return Err(AuthError::LoginEnded);
            }
            require_running(conn, me)?;
            for feature in belongings {
                (feature.erase)(conn, me.user_id, now)?;
            }
            let (user_id, login_id) = (me.user_id.get(), me.login_id);
            let entry = entry(Action::AccountDeleted, user_id, login_id, &device, now);
            audit::repository::insert(conn, &entry)?;
            let ended = end_account(conn, me.user_id, now)?;
            Ok(Ending { outcome: (), ended })
        };
        self.ended_logins.write(delete).await
    }
}

/// Ends every login of an account whose row is locked, takes out of them what is personal, and
/// deletes the account.
///
/// # Errors
/// When the database fails.
pub(super) fn end_account(
    conn: &mut DbConn,
    user_id: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<LoginId>, DbError> {
    let ended = ending::end_all_of(conn, user_id.get(), None, now)?;
    ending::erase_all_of(conn, user_id.get())?;
    users::repository::delete(conn, user_id)?;
    Ok(ended)
}
