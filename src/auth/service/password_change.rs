//! Changing one's password.

use super::ended_logins::Ending;
use super::guesses::Reservation;
use super::reauthentication::OwnCredentials;
use super::{AuthService, SignedIn, entry, require_running};
use crate::audit::{self, AuditAction};
use crate::auth::error::AuthError;
use crate::auth::login::Device;
use crate::auth::repository::{ending, logins};
use crate::client_network::Network;
use crate::db::DbConn;
use crate::password::{NewPassword, PasswordOwner, Slot, TypedPassword};
use crate::users::{self, AccountKind, CurrentUser, StoredCredentials};

impl AuthService {
    /// Changes the password, ends every login of the account, the one that asks too, and begins a
    /// new one: a login that was stolen does not survive it.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`], [`AuthError::TooManyAttempts`],
    /// [`AuthError::PasswordRefused`], [`AuthError::LoginRequired`] for a guest,
    /// [`AuthError::LoginEnded`], or when hashing or the database fails.
    pub async fn change_password(
        &self,
        me: CurrentUser,
        current: TypedPassword,
        new: NewPassword,
        device: Device,
    ) -> Result<SignedIn, AuthError> {
        let account = match self.credentials_of(me).await? {
            OwnCredentials::Password(account) => account,
            OwnCredentials::NoPassword => return Err(AuthError::InvalidCredentials),
            OwnCredentials::Guest => return Err(AuthError::LoginRequired),
        };
        let owner = PasswordOwner {
            email: account.email.as_str(),
            nickname: &account.nickname,
        };
        self.passwords
            .check_policy(&new, owner)
            .map_err(AuthError::PasswordRefused)?;
        let mut slot = self.passwords.enter(Network::of(device.ip))?;
        let verified = self.verify_own(&mut slot, me, current, &account, &device);
        let reserved = verified.await?;
        let changed = self.replace_password(slot, me, account, new, device, reserved.clone());
        self.guesses.settle(&reserved, changed.await).await
    }

    async fn replace_password(
        &self,
        mut slot: Slot,
        me: CurrentUser,
        account: StoredCredentials,
        new: NewPassword,
        device: Device,
        reserved: Reservation,
    ) -> Result<SignedIn, AuthError> {
        let hash = self.passwords.hash(&mut slot, new).await?;
        drop(slot);
        let now = self.clock.now();
        let nickname = Some(account.nickname.clone());
        let login = self.new_login(account.user_id, AccountKind::Named, nickname, now);
        let login_id = login.login_id;
        let (stored, guesses) = (login.clone(), self.guesses.clone());
        let change = move |conn: &mut DbConn, now| {
            let (user_id, verified) = (account.user_id, &account.password_hash);
            if !users::repository::update_verified_hash(conn, user_id, verified, &hash)? {
                return Err(AuthError::InvalidCredentials);
            }
            require_running(conn, me)?;
            let ended = ending::end_all_of(conn, user_id, None, now)?;
            logins::insert_login(conn, &stored, &device, now)?;
            guesses.clear(conn, &reserved)?;
            let entry = entry(
                AuditAction::PasswordChanged,
                user_id,
                login_id,
                &device,
                now,
            );
            audit::repository::insert(conn, &entry)?;
            Ok(Ending { outcome: (), ended })
        };
        self.ended_logins.write(change).await?;
        Ok(self.tokens(login, now))
    }
}
