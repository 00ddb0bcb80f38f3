//! A guest becomes somebody: what it owns goes to an account, on purpose and in one transaction.

use chrono::{DateTime, Utc};

use super::AuthService;
use super::deletion::end_logins;
use crate::audit::{self, AuditAction, AuditEntry};
use crate::auth::error::AuthError;
use crate::auth::login::Device;
use crate::auth::repository::logins;
use crate::db::{DbConn, DbError};
use crate::keys::access_token::AccessTokenText;
use crate::users::{self, account_data::AccountData};
use crate::users::{AccountKind, CurrentUser, LoginId, User, UserId};

impl AuthService {
    /// Whom a token speaks for that was sent as a claim.
    ///
    /// # Errors
    /// [`AuthError::InvalidAccessToken`] for every token that is not accepted, or when the database
    /// fails.
    pub(super) async fn claimed_guest(
        &self,
        token: Option<AccessTokenText>,
    ) -> Result<Option<CurrentUser>, AuthError> {
        let Some(token) = token else {
            return Ok(None);
        };
        let guest = match self.authenticate(&token).await {
            Err(AuthError::AccessTokenExpired | AuthError::LoginEnded) => {
                return Err(AuthError::InvalidAccessToken);
            }
            settled => settled?,
        };
        // Before any password is compared: a refused claim must not tell that it was right.
        let find = move |conn: &mut DbConn| users::repository::find_active(conn, guest.user_id);
        let user: Option<User> = self.db.read::<_, DbError, _>(find).await?;
        if user.is_some_and(|user| user.kind == AccountKind::Guest) {
            Ok(Some(guest))
        } else {
            Err(AuthError::InvalidAccessToken)
        }
    }
}

/// Gives the account what the guest owns, ends the guest and its logins, and tells which they were.
/// The account's row is locked or new. A guest's row is locked after it, always: so two claims
/// cannot wait for each other.
///
/// # Errors
/// [`AuthError::InvalidAccessToken`] when this is no guest's living login any more, or when the
/// database fails.
pub(super) fn claim(
    conn: &mut DbConn,
    account_data: &[AccountData],
    guest: CurrentUser,
    account: UserId,
    device: &Device,
    now: DateTime<Utc>,
) -> Result<Vec<LoginId>, AuthError> {
    let is_guest = users::repository::lock(conn, guest.user_id, AccountKind::Guest)?;
    let login = logins::lock_login(conn, guest.login_id)?;
    if !is_guest || !login.is_some_and(|login| login.is_alive(now)) {
        return Err(AuthError::InvalidAccessToken);
    }
    for feature in account_data {
        if let Some(claim) = feature.claim {
            claim(conn, guest.user_id, account)?;
        }
    }
    let claimed = AuditEntry {
        ip: device.ip,
        ..AuditEntry::new(AuditAction::GuestClaimed, Some(account), now)
    };
    audit::repository::insert(conn, &claimed)?;
    let ended = end_logins(conn, guest.user_id, now)?;
    users::repository::delete(conn, guest.user_id)?;
    Ok(ended)
}
