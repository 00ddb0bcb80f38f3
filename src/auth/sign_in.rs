//! Signing in with a password.

use chrono::{DateTime, Utc};

use super::access_token::AccessTokenText;
use super::claim;
use super::ended_logins::Ending;
use super::error::AuthError;
use super::login::{Device, Login};
use super::repository;
use super::service::{AuthService, Credentials, SignedIn, entry};
use crate::audit::{self, Action};
use crate::db::{DbConn, DbError};
use crate::users::{self, LoginId, PasswordHash, StoredCredentials, UserId};

impl AuthService {
    /// Signs in with a password, and lets the account take over what the guest of `claimed` owns.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] whatever was wrong, [`AuthError::InvalidAccessToken`] for
    /// what is no living guest's token, or when hashing or the database fails. Nothing is done then.
    pub async fn sign_in(
        &self,
        credentials: Credentials,
        claimed: Option<AccessTokenText>,
        device: Device,
    ) -> Result<SignedIn, AuthError> {
        let guest = self.claimed_guest(claimed).await?;
        let Credentials { email, password } = credentials;
        let find = move |conn: &mut _| users::repository::find_credentials(conn, &email);
        let account: Option<StoredCredentials> = self.db.read::<_, DbError, _>(find).await?;
        let stored = account.as_ref().map(|it| it.password_hash.clone());
        let kept = self.passwords.compare(password, stored).await?;
        let (Some(account), Some(kept)) = (account, kept) else {
            return Err(AuthError::InvalidCredentials);
        };
        let now = self.clock.now();
        let login_id = LoginId::generate(&self.random);
        let nickname = Some(account.nickname.clone());
        let login = self.new_login(login_id, account.user_id, nickname, now);
        let (stored, belongings) = (login.clone(), self.belongings);
        let sign_in = move |conn: &mut DbConn, now| {
            insert_if_unchanged(conn, &account, &kept, &stored, &device, now)?;
            let user_id = UserId::new(account.user_id);
            match guest.zip(user_id) {
                Some((guest, id)) => claim::claim(conn, belongings, guest, id, &device, now),
                None => Ok(Ending::nothing(())),
            }
        };
        self.ended_logins.write(sign_in).await?;
        Ok(self.tokens(login, now))
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
