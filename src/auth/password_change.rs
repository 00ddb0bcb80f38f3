//! Changing one's password.

use super::attempts::Guess;
use super::ended_logins::Ending;
use super::error::AuthError;
use super::login::Device;
use super::password::{NewPassword, TypedPassword};
use super::repository::{self, ending};
use super::service::{AuthService, SignedIn, entry};
use crate::audit::{self, Action, Entry};
use crate::db::{DbConn, DbError};
use crate::users::{self, CurrentUser, LoginId, StoredCredentials};

impl AuthService {
    /// Changes the password, ends every login of the account, the one that asks too, and begins a new
    /// one: a login that was stolen does not survive it.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`], [`AuthError::TooManyAttempts`],
    /// [`AuthError::PasswordRefused`], [`AuthError::LoginRequired`] for a guest, [`AuthError::LoginEnded`], or when hashing or the
    /// database fails.
    pub async fn change_password(
        &self,
        me: CurrentUser,
        current: TypedPassword,
        new: NewPassword,
        device: Device,
    ) -> Result<SignedIn, AuthError> {
        self.passwords
            .check_policy(&new)
            .map_err(AuthError::PasswordRefused)?;
        let account = self
            .credentials_of(me)
            .await?
            .ok_or(AuthError::LoginRequired)?;
        let guess = self.verify_own(current, &account, &device).await?;
        let changed = self.replace_password(account, new, device, guess.clone());
        self.unless_it_failed(&guess, changed.await).await
    }

    async fn replace_password(
        &self,
        account: StoredCredentials,
        new: NewPassword,
        device: Device,
        guess: Guess,
    ) -> Result<SignedIn, AuthError> {
        let hash = self.passwords.hash(new).await?;
        let now = self.clock.now();
        let nickname = Some(account.nickname.clone());
        let login_id = LoginId::generate(&self.random);
        let login = self.new_login(login_id, account.user_id, nickname, now);
        let (stored, attempts) = (login.clone(), self.attempts.clone());
        let change = move |conn: &mut DbConn, now| {
            let (user_id, verified) = (account.user_id, &account.password_hash);
            if !users::repository::update_verified_hash(conn, user_id, verified, &hash)? {
                return Err(AuthError::InvalidCredentials);
            }
            let ended = ending::end_all_of(conn, user_id, None, now)?;
            repository::insert_login(conn, &stored, &device, now)?;
            attempts.clear(conn, &guess)?;
            let entry = entry(Action::PasswordChanged, user_id, login_id, &device, now);
            audit::repository::insert(conn, &entry)?;
            Ok(Ending { outcome: (), ended })
        };
        self.ended_logins.write(change).await?;
        Ok(self.tokens(login, now))
    }

    /// What the account of a token signs in with; `None` for a guest.
    ///
    /// # Errors
    /// [`AuthError::LoginEnded`] when the account is gone or disabled, or when the database fails.
    pub(super) async fn credentials_of(
        &self,
        me: CurrentUser,
    ) -> Result<Option<StoredCredentials>, AuthError> {
        let find = move |conn: &mut DbConn| {
            let account = users::repository::find_active(conn, me.user_id)?;
            account.ok_or(AuthError::LoginEnded)?;
            Ok(users::repository::find_credentials_of(conn, me.user_id)?)
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
        typed: TypedPassword,
        account: &StoredCredentials,
        device: &Device,
    ) -> Result<Guess, AuthError> {
        let guess = self.attempts.of(&account.email, device);
        self.attempts.reserve(&guess).await?;
        let stored = account.password_hash.clone();
        let compared = self.passwords.compare(typed, Some(stored)).await;
        let compared = compared.map_err(AuthError::from);
        let matches = self.unless_it_failed(&guess, compared).await?;
        if matches.is_some() {
            return Ok(guess);
        }
        let failed = Entry {
            action: Action::PasswordRefused,
            at: self.clock.now(),
            user_id: Some(account.user_id),
            address_hash: None,
            login_id: None,
            ip: device.ip,
        };
        let note = move |conn: &mut DbConn| audit::repository::insert(conn, &failed);
        self.db.write::<_, DbError, _>(note).await?;
        Err(AuthError::InvalidCredentials)
    }

    /// Takes a guess back if what it was for came to neither yes nor no.
    pub(super) async fn unless_it_failed<T>(
        &self,
        guess: &Guess,
        outcome: Result<T, AuthError>,
    ) -> Result<T, AuthError> {
        let is_settled = matches!(outcome, Ok(_) | Err(AuthError::InvalidCredentials));
        if !is_settled {
            self.attempts.give_back(guess).await;
        }
        outcome
    }
}
