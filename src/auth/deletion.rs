//! Deleting one's account.

use super::claim::end_account;
use super::ended_logins::Ending;
use super::error::AuthError;
use super::login::Device;
use super::password::TypedPassword;
use super::service::{AuthService, entry};
use crate::audit::{self, Action};
use crate::db::DbConn;
use crate::users::{self, CurrentUser, UserKind};

impl AuthService {
    /// Deletes the account with everything personal, and ends its logins. A named account needs its
    /// password.
    ///
    /// # Errors
    /// [`AuthError::PasswordMissing`], [`AuthError::InvalidCredentials`], [`AuthError::LoginEnded`],
    /// or when hashing or the database fails.
    pub async fn delete_account(
        &self,
        me: CurrentUser,
        password: Option<TypedPassword>,
        device: Device,
    ) -> Result<(), AuthError> {
        let account = self.credentials_of(me).await?;
        if let Some(account) = &account {
            let password = password.ok_or(AuthError::PasswordMissing)?;
            self.verify_own(password, account, &device).await?;
        }
        let belongings = self.belongings;
        let delete = move |conn: &mut DbConn, now| {
            match &account {
                Some(account) => {
                    let hash = &account.password_hash;
                    let id = account.user_id;
                    if !users::repository::update_verified_hash(conn, id, hash, hash)? {
                        return Err(AuthError::InvalidCredentials);
                    }
                }
                None if !users::repository::lock(conn, me.user_id, UserKind::Guest)? => {
                    return Err(AuthError::LoginEnded);
                }
                None => {}
            }
            for feature in belongings {
                (feature.erase)(conn, me.user_id)?;
            }
            let ended = end_account(conn, me.user_id, now)?;
            let (user_id, login_id) = (me.user_id.get(), me.login_id);
            let entry = entry(Action::AccountDeleted, user_id, login_id, &device, now);
            audit::repository::insert(conn, &entry)?;
            Ok(Ending { outcome: (), ended })
        };
        self.ended_logins.write(delete).await
    }
}
