//! Making a named account.

use std::net::IpAddr;

use super::error::AuthError;
use super::password::{NewPassword, Passwords};
use crate::audit::{self, Action};
use crate::clock::SharedClock;
use crate::db::{Db, DbConn, DbError};
use crate::random::Random;
use crate::users::repository::{self, EMAIL_KEY, NICKNAME_KEY};
use crate::users::{Email, NewUserRow, Nickname, UserId};

/// What an account is made of.
pub struct NewAccount {
    /// Under which it signs in.
    pub email: Email,
    /// Under which others see it.
    pub nickname: Nickname,
    /// With which it signs in.
    pub password: NewPassword,
}

/// Makes accounts. Its password threads are those of the sign-in.
#[derive(Clone)]
pub struct RegisterService {
    /// Where accounts are kept.
    pub db: Db,
    /// Tells when an account was made.
    pub clock: SharedClock,
    /// Gives ids.
    pub random: Random,
    /// Hashes.
    pub passwords: Passwords,
}

impl RegisterService {
    /// Makes the account and tells its id.
    ///
    /// # Errors
    /// [`AuthError::EmailTaken`], [`AuthError::NicknameTaken`], [`AuthError::PasswordRefused`], or
    /// when hashing or the database fails.
    pub async fn register(
        &self,
        account: &NewAccount,
        ip: Option<IpAddr>,
    ) -> Result<UserId, AuthError> {
        self.passwords
            .check_policy(&account.password)
            .map_err(AuthError::PasswordRefused)?;
        self.refuse_taken(account).await?;
        let hash = self.passwords.hash(account.password.clone()).await?;
        let user_id = UserId::generate(&self.random);
        let now = self.clock.now();
        let (email, nickname) = (account.email.clone(), account.nickname.clone());
        self.db
            .write(move |conn| {
                let row = NewUserRow::named(user_id, &email, &nickname, &hash, now.into());
                repository::insert(conn, &row).map_err(taken)?;
                let entry = audit::Entry {
                    action: Action::Registered,
                    at: now,
                    user_id: Some(user_id.get()),
                    address_hash: None,
                    login_id: None,
                    ip,
                };
                Ok::<_, AuthError>(audit::repository::insert(conn, &entry)?)
            })
            .await?;
        Ok(user_id)
    }

    /// Saves the hash where the answer is known; what is registered meanwhile, the constraints see.
    async fn refuse_taken(&self, account: &NewAccount) -> Result<(), AuthError> {
        let (email, nickname) = (account.email.folded(), account.nickname.clone());
        let look = move |conn: &mut DbConn| {
            if repository::email_exists(conn, &email)? {
                return Err(AuthError::EmailTaken);
            }
            match repository::nickname_exists(conn, &nickname)? {
                true => Err(AuthError::NicknameTaken),
                false => Ok(()),
            }
        };
        self.db.read(look).await
    }
}

fn taken(error: DbError) -> AuthError {
    match error {
        DbError::Unique(constraint) if constraint == EMAIL_KEY => AuthError::EmailTaken,
        DbError::Unique(constraint) if constraint == NICKNAME_KEY => AuthError::NicknameTaken,
        error => AuthError::Database(error),
    }
}
