//! What signing in (`sign_in`), refreshing (`refresh`) and signing out share.

use chrono::{DateTime, TimeDelta, Utc};

use super::access_token::{AccessToken, AccessTokens, Rejection};
use super::attempts::Attempts;
use super::error::AuthError;
use super::login::{Device, Login, LoginId};
use super::password::{Passwords, TypedPassword};
use super::refresh_token::{RefreshToken, RefreshTokenKey, RefreshTokenText};
use super::repository;
use crate::audit::{self, Action};
use crate::clock::SharedClock;
use crate::config::AuthSettings;
use crate::db::{Db, DbConn, DbError};
use crate::random::Random;
use crate::users::{CurrentUser, FoldedEmail, UserKind};

/// What someone typed to sign in.
pub struct Credentials {
    /// The address, in whatever spelling.
    pub email: FoldedEmail,
    /// The password.
    pub password: TypedPassword,
}

/// A login's tokens, for its owner.
pub struct SignedIn {
    /// Whose login.
    pub user_id: i64,
    /// The account's nickname; guests have none.
    pub nickname: Option<String>,
    /// For calling.
    pub access_token: AccessToken,
    /// For refreshing.
    pub refresh_token: RefreshTokenText,
    /// How long the refresh token lives if it is not used.
    pub refresh_lifetime: TimeDelta,
}

/// Signs in, refreshes and signs out.
#[derive(Clone)]
pub struct AuthService {
    /// Where accounts and logins are kept.
    pub db: Db,
    /// Decides what has expired.
    pub clock: SharedClock,
    /// Gives ids.
    pub random: Random,
    /// Lifetimes.
    pub settings: AuthSettings,
    /// Counts guesses.
    pub attempts: Attempts,
    /// Compares and hashes.
    pub passwords: Passwords,
    /// Signs and checks access tokens.
    pub access_tokens: AccessTokens,
    /// Makes and proves refresh tokens.
    pub refresh_tokens: RefreshTokenKey,
}

impl AuthService {
    /// Ends the login of a genuine refresh token, whatever its generation. Nothing else has an
    /// effect, and none of it is an error: whoever signs out is signed out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(
        &self,
        token: &RefreshTokenText,
        device: Device,
    ) -> Result<(), AuthError> {
        let Ok(token) = self.decode(token) else {
            return Ok(());
        };
        let now = self.clock.now();
        let end = move |conn: &mut DbConn| {
            let ended = repository::end(conn, token.login_id, now)?;
            match ended {
                Some(user_id) => {
                    let entry = entry(Action::SignedOut, user_id, token.login_id, &device, now);
                    audit::repository::insert(conn, &entry)
                }
                None => Ok(()),
            }
        };
        Ok(self.db.write::<_, DbError, _>(end).await?)
    }

    /// The account that an access token speaks for.
    ///
    /// # Errors
    /// When the token is not genuine or has expired.
    pub fn authenticate(&self, access_token: &str) -> Result<CurrentUser, Rejection> {
        let user_id = self.access_tokens.verify(access_token, self.clock.now())?;
        Ok(CurrentUser { user_id })
    }

    pub(super) fn decode(&self, token: &RefreshTokenText) -> Result<RefreshToken, AuthError> {
        let token = self.refresh_tokens.decode(token);
        token.ok_or(AuthError::InvalidRefreshToken)
    }

    pub(super) fn tokens(&self, login: Login, now: DateTime<Utc>) -> SignedIn {
        let access_token = self.access_tokens.issue(
            login.user_id,
            UserKind::of(login.nickname.as_deref()),
            login.login_id,
            login.expires_at,
            now,
        );
        let refresh_token = self.refresh_tokens.encode(RefreshToken {
            login_id: login.login_id,
            generation: login.generation,
        });
        SignedIn {
            user_id: login.user_id,
            nickname: login.nickname,
            access_token,
            refresh_token,
            refresh_lifetime: login.idle_expires_at - now,
        }
    }
}

pub(super) fn entry(
    action: Action,
    user_id: i64,
    login_id: LoginId,
    device: &Device,
    at: DateTime<Utc>,
) -> audit::Entry {
    audit::Entry {
        action,
        at,
        user_id: Some(user_id),
        address_hash: None,
        login_id: Some(login_id.to_text()),
        ip: device.ip,
    }
}
