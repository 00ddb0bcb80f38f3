//! Making a named account.

use chrono::{DateTime, Utc};

use super::ended_logins::Ending;
use super::{AuthService, claim};
use crate::audit;
use crate::audit::AuditAction;
use crate::auth::error::AuthError;
use crate::auth::login::Device;
use crate::client_network::Network;
use crate::db::{Db, DbConn, DbError};
use crate::keys::access_token::AccessTokenText;
use crate::password::{NewPassword, PasswordOwner, Passwords};
use crate::users::repository::{EMAIL_KEY, NICKNAME_KEY};
use crate::users::{Email, NewUserRow, Nickname, PasswordHash, UserId, repository};

/// What an account is made of.
#[derive(Clone)]
pub struct NewAccount {
    /// Under which it signs in.
    pub email: Email,
    /// Under which others see it.
    pub nickname: Nickname,
    /// With which it signs in.
    pub password: NewPassword,
    /// Whether it is an administrator's.
    pub admin: bool,
}

impl AuthService {
    /// Makes the account, lets it take over what the guest of `claimed` owns, and tells its id.
    ///
    /// # Errors
    /// [`AuthError::EmailTaken`], [`AuthError::NicknameTaken`], [`AuthError::PasswordRefused`],
    /// [`AuthError::InvalidAccessToken`] for what is no living guest's token, or when hashing or
    /// the database fails. Nothing is done then.
    pub async fn register(
        &self,
        account: &NewAccount,
        claimed: Option<AccessTokenText>,
        device: Device,
    ) -> Result<UserId, AuthError> {
        let guest = self.claimed_guest(claimed).await?;
        let network = Network::of(device.ip);
        let hash = hash(&self.db, &self.passwords, account, network).await?;
        let user_id = UserId::generate(&self.random);
        let (account, account_data) = (account.clone(), self.account_data);
        let make = move |conn: &mut DbConn, now| {
            insert(conn, user_id, &account, &hash, &device, now)?;
            let ended = match guest {
                Some(guest) => claim::claim(conn, account_data, guest, user_id, &device, now)?,
                None => Vec::new(),
            };
            Ok::<_, AuthError>(Ending { outcome: (), ended })
        };
        self.ended_logins.write(make).await?;
        Ok(user_id)
    }
}

/// Checks what can be checked before the account's password is hashed, and hashes it.
///
/// # Errors
/// Those of [`AuthService::register`].
pub(super) async fn hash(
    db: &Db,
    passwords: &Passwords,
    account: &NewAccount,
    network: Network,
) -> Result<PasswordHash, AuthError> {
    let owner = PasswordOwner {
        email: account.email.as_str(),
        nickname: account.nickname.as_str(),
    };
    passwords
        .check_policy(&account.password, owner)
        .map_err(AuthError::PasswordRefused)?;
    let mut slot = passwords.enter(network)?;
    refuse_taken(db, account).await?;
    Ok(passwords.hash(&mut slot, account.password.clone()).await?)
}

/// Saves the hash where the answer is known; what is registered meanwhile, the constraints see.
async fn refuse_taken(db: &Db, account: &NewAccount) -> Result<(), AuthError> {
    let (email, nickname) = (account.email.folded(), account.nickname.clone());
    let look = move |conn: &mut DbConn| {
        if repository::email_exists(conn, &email)? {
            return Err(AuthError::EmailTaken);
        }
        if repository::nickname_exists(conn, &nickname)? {
            Err(AuthError::NicknameTaken)
        } else {
            Ok(())
        }
    };
    db.read(look).await
}

/// Makes the account.
///
/// # Errors
/// [`AuthError::EmailTaken`], [`AuthError::NicknameTaken`], or when the database fails.
pub(super) fn insert(
    conn: &mut DbConn,
    user_id: UserId,
    account: &NewAccount,
    hash: &PasswordHash,
    device: &Device,
    now: DateTime<Utc>,
) -> Result<(), AuthError> {
    let row = NewUserRow::named(user_id, &account.email, &account.nickname, hash, now.into());
    repository::insert(conn, &row.with_admin(account.admin)).map_err(taken)?;
    let entry = audit::AuditEntry {
        ip: device.ip,
        ..audit::AuditEntry::new(AuditAction::Registered, Some(user_id), now)
    };
    Ok(audit::repository::insert(conn, &entry)?)
}

fn taken(error: DbError) -> AuthError {
    match error {
        DbError::Unique(constraint) if constraint == EMAIL_KEY => AuthError::EmailTaken,
        DbError::Unique(constraint) if constraint == NICKNAME_KEY => AuthError::NicknameTaken,
        error => AuthError::Database(error),
    }
}
