//! Guests: accounts without a name, made silently for whoever takes part without signing in.

use super::error::AuthError;
use super::login::Device;
use super::refresh_token::RefreshTokenText;
use super::repository;
use super::service::{AuthService, SignedIn};
use crate::db::{DbConn, DbError};
use crate::users::{self, LoginId, NewUserRow, UserId};

/// What a request for a guest came to.
pub enum Admitted {
    /// It holds a living login already, whosever it is.
    Known(SignedIn),
    /// A new guest.
    New(SignedIn),
}

impl AuthService {
    /// Gives whoever holds a living login its tokens, and everyone else those of a new guest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn admit_guest(
        &self,
        token: Option<&RefreshTokenText>,
        device: Device,
    ) -> Result<Admitted, AuthError> {
        let Some(token) = token else {
            return self.new_guest(device).await;
        };
        match self.refresh(token, device.clone()).await {
            Ok(tokens) => Ok(Admitted::Known(tokens)),
            Err(
                AuthError::InvalidRefreshToken
                | AuthError::LoginOver
                | AuthError::RefreshTokenReused,
            ) => self.new_guest(device).await,
            Err(error) => Err(error),
        }
    }

    async fn new_guest(&self, device: Device) -> Result<Admitted, AuthError> {
        let user_id = UserId::generate(&self.random);
        let login_id = LoginId::generate(&self.random);
        let now = self.clock.now();
        let login = self.new_login(login_id, user_id.get(), None, now);
        let stored = login.clone();
        let make = move |conn: &mut DbConn| {
            users::repository::insert(conn, &NewUserRow::guest(user_id, now.into()))?;
            repository::insert_login(conn, &stored, &device, now)
        };
        self.db.write::<_, DbError, _>(make).await?;
        Ok(Admitted::New(self.tokens(login, now)))
    }
}
