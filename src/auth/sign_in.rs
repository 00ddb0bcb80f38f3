//! Signing in with a password.

use chrono::{DateTime, Utc};

use super::error::AuthError;
use super::login::{Device, Login};
use super::repository;
use super::service::{AuthService, Credentials, SignedIn, entry};
use crate::audit::{self, Action};
use crate::db::{DbConn, DbError};
use crate::users::{self, LoginId, PasswordHash, StoredCredentials};

impl AuthService {
    /// Signs in with a password.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] whatever was wrong, or when hashing or the database fails.
    pub async fn sign_in(
        &self,
        credentials: Credentials,
        device: Device,
    ) -> Result<SignedIn, AuthError> {
        let Credentials { email, password } = credentials;
        let find = move |conn: &mut _| users::repository::find_credentials(conn, &email);
        let account: Option<StoredCredentials> = self.db.read::<_, DbError, _>(find).await?;
        let stored = account.as_ref().map(|it| it.password_hash.clone());
        let kept = self.passwords.compare(password, stored).await?;
        let (Some(account), Some(kept)) = (account, kept) else {
            return Err(AuthError::InvalidCredentials);
        };
        let now = self.clock.now();
        let login = self.new_login(&account, now);
        let stored = login.clone();
        self.db
            .write(move |conn| insert_if_unchanged(conn, &account, &kept, &stored, &device, now))
            .await?;
        Ok(self.tokens(login, now))
    }

    fn new_login(&self, account: &StoredCredentials, now: DateTime<Utc>) -> Login {
        let expires_at = now + self.settings.refresh_lifetime;
        Login {
            login_id: LoginId::generate(&self.random),
            user_id: account.user_id,
            nickname: Some(account.nickname.clone()),
            user_is_active: true,
            generation: 0,
            previous: None,
            rotated_at: now,
            idle_expires_at: (now + self.settings.refresh_idle_lifetime).min(expires_at),
            expires_at,
            ended_at: None,
        }
    }
}

/// The end of a sign-in: only if the verified hash still stands, so that a password change,
/// disabling or deletion that came between wins.
fn insert_if_unchanged(
    conn: &mut DbConn,
    account: &StoredCredentials,
    kept: &PasswordHash,
    login: &Login,
    device: &Device,
    now: DateTime<Utc>,
) -> Result<(), AuthError> {
    let (id, verified) = (account.user_id, &account.password_hash);
    if !users::repository::update_verified_hash(conn, id, verified, kept)? {
        return Err(AuthError::InvalidCredentials);
    }
    repository::insert_login(conn, login, device, now)?;
    let entry = entry(Action::SignedIn, id, login.login_id, device, now);
    Ok(audit::repository::insert(conn, &entry)?)
}
