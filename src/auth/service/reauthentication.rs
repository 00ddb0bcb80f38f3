//! Asks the password again before it is changed and before the account is deleted.

use super::guesses::Reservation;
use super::{AuthService, entry};
use crate::audit::{self, AuditAction};
use crate::auth::error::AuthError;
use crate::auth::login::Device;
use crate::db::{DbConn, DbError};
use crate::password::{Slot, TypedPassword};
use crate::users::{self, AccountKind, CurrentUser, StoredCredentials};

/// What an account that is signed in has to prove itself again.
pub(super) enum OwnCredentials {
    /// A password.
    Password(StoredCredentials),
    /// Nothing: it is named and has no password, so every password is wrong.
    NoPassword,
    /// Nothing: a login is all that a guest has.
    Guest,
}

impl AuthService {
    /// What the account of a token signs in with.
    ///
    /// # Errors
    /// [`AuthError::LoginEnded`] when the account is gone or disabled, or when the database fails.
    pub(super) async fn credentials_of(
        &self,
        me: CurrentUser,
    ) -> Result<OwnCredentials, AuthError> {
        let find = move |conn: &mut DbConn| {
            let account = users::repository::find_active(conn, me.user_id)?;
            let account = account.ok_or(AuthError::LoginEnded)?;
            if account.kind == AccountKind::Guest {
                return Ok(OwnCredentials::Guest);
            }
            let stored = users::repository::find_credentials_of(conn, me.user_id)?;
            Ok(stored.map_or(OwnCredentials::NoPassword, OwnCredentials::Password))
        };
        self.db.read(find).await
    }

    /// Compares a password with that of an account that is signed in. A guess like any other: it is
    /// reserved before, and tells under what it counts.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`], [`AuthError::TooManyAttempts`], or when hashing or the
    /// database fails.
    pub(super) async fn verify_own(
        &self,
        slot: &mut Slot,
        me: CurrentUser,
        typed: TypedPassword,
        account: &StoredCredentials,
        device: &Device,
    ) -> Result<Reservation, AuthError> {
        let guess = self.guesses.of_login(&account.email, me.login_id);
        let reserved = self.guesses.reserve(guess).await?;
        let outcome = self.compare_own(slot, me, typed, account, device).await;
        self.guesses.settle(&reserved, outcome).await?;
        Ok(reserved)
    }

    async fn compare_own(
        &self,
        slot: &mut Slot,
        me: CurrentUser,
        typed: TypedPassword,
        account: &StoredCredentials,
        device: &Device,
    ) -> Result<(), AuthError> {
        let stored = &account.password_hash;
        let compared = self
            .passwords
            .compare(slot, &typed, &account.email, Some(stored));
        if compared.await? {
            return Ok(());
        }
        let (user_id, login_id) = (account.user_id, me.login_id);
        let now = self.clock.now();
        let refused = entry(AuditAction::PasswordRefused, user_id, login_id, device, now);
        let note = move |conn: &mut DbConn| audit::repository::insert(conn, &refused);
        self.db.write::<_, DbError, _>(note).await?;
        Err(AuthError::InvalidCredentials)
    }
}
