//! Deleting one's account.

use chrono::{DateTime, Utc};

use super::ended_logins::Ending;
use super::guesses::Reservation;
use super::reauthentication::OwnCredentials;
use super::{AuthService, entry, require_running};
use crate::audit::{self, AuditAction};
use crate::auth::error::AuthError;
use crate::auth::login::Device;
use crate::auth::repository::ending;
use crate::client_network::Network;
use crate::db::{DbConn, DbError};
use crate::password::TypedPassword;
use crate::users::{self, AccountKind, CurrentUser, LoginId, StoredCredentials, UserId};

impl AuthService {
    /// Deletes the account with everything personal, and ends its logins. What it has contributed
    /// is nobody's from then on; the purge removes the traces. A named account needs its
    /// password.
    ///
    /// # Errors
    /// [`AuthError::PasswordMissing`], [`AuthError::InvalidCredentials`],
    /// [`AuthError::TooManyAttempts`], [`AuthError::LoginEnded`], or when hashing or the database
    /// fails.
    pub async fn delete_account(
        &self,
        me: CurrentUser,
        password: Option<TypedPassword>,
        device: Device,
    ) -> Result<(), AuthError> {
        let account = match self.credentials_of(me).await? {
            OwnCredentials::Password(account) => account,
            OwnCredentials::NoPassword => return Err(AuthError::InvalidCredentials),
            OwnCredentials::Guest => return self.delete(me, None, device).await,
        };
        let password = password.ok_or(AuthError::PasswordMissing)?;
        let mut slot = self.passwords.enter(Network::of(device.ip))?;
        let verified = self.verify_own(&mut slot, me, password, &account, &device);
        let reserved = verified.await?;
        drop(slot);
        let deleted = self.delete(me, Some((account, reserved.clone())), device);
        self.guesses.settle(&reserved, deleted.await).await
    }

    /// `named`: what was verified of a named account.
    async fn delete(
        &self,
        me: CurrentUser,
        named: Option<(StoredCredentials, Reservation)>,
        device: Device,
    ) -> Result<(), AuthError> {
        let guesses = self.guesses.clone();
        let delete = move |conn: &mut DbConn, now| {
            if let Some((account, reserved)) = &named {
                let (id, hash) = (account.user_id, &account.password_hash);
                if !users::repository::update_verified_hash(conn, id, hash, hash)? {
                    return Err(AuthError::InvalidCredentials);
                }
                guesses.clear(conn, reserved)?;
            } else if !users::repository::lock(conn, me.user_id, AccountKind::Guest)? {
                return Err(AuthError::LoginEnded);
            }
            require_running(conn, me)?;
            let (user_id, login_id) = (me.user_id, me.login_id);
            let entry = entry(AuditAction::AccountDeleted, user_id, login_id, &device, now);
            audit::repository::insert(conn, &entry)?;
            let ended = end_logins(conn, me.user_id, now)?;
            users::repository::update_deleted(conn, me.user_id, now)?;
            Ok(Ending { outcome: (), ended })
        };
        self.ended_logins.write(delete).await?;
        self.purge_soon.ask();
        Ok(())
    }
}

/// Ends every login of an account whose row is locked, and takes out of them what is personal.
pub(super) fn end_logins(
    conn: &mut DbConn,
    user_id: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<LoginId>, DbError> {
    let ended = ending::end_all_of(conn, user_id, None, now)?;
    ending::erase_all_of(conn, user_id)?;
    Ok(ended)
}
