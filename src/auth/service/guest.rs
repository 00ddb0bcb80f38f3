//! Guests: accounts without a name, made silently for whoever takes part without signing in.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{AuthService, SignedIn};
use crate::auth::error::AuthError;
use crate::auth::login::Device;
use crate::auth::refresh_token::RefreshTokenText;
use crate::auth::repository::logins;
use crate::db::{DbConn, DbError};
use crate::users::{self, AccountKind, NewUserRow, UserId};

/// What a request for a guest came to.
pub enum Admitted {
    /// It holds a living login already, whosever it is.
    Known(SignedIn),
    /// A new guest.
    New(SignedIn),
}

/// Notes that a guest has contributed, whose row is locked: it is kept when nobody can be it any
/// more, and its login ends after `lifetime` without use, as a named account's does.
pub fn keep_guest(
    conn: &mut DbConn,
    user_id: UserId,
    lifetime: Duration,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    if users::repository::update_contributed(conn, user_id)? {
        logins::update_brief_to_usual(conn, user_id, now + lifetime)
    } else {
        Ok(())
    }
}

impl AuthService {
    /// Gives whoever holds a living login its tokens, and everyone else those of a new guest.
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
        let now = self.clock.now();
        let login = self.new_login(user_id, AccountKind::Guest, None, now);
        let stored = login.clone();
        let make = move |conn: &mut DbConn| {
            users::repository::insert(conn, &NewUserRow::guest(user_id, now.into()))?;
            logins::insert_login(conn, &stored, &device, now)
        };
        self.db.write::<_, DbError, _>(make).await?;
        Ok(Admitted::New(self.tokens(login, now)))
    }
}
