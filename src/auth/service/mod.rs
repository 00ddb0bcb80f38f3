//! The use cases of `auth`, and what they share.

pub mod administration;
pub mod cache_refresh;
mod claim;
mod deletion;
pub mod ended_logins;
pub mod export;
pub mod guesses;
pub mod guest;
pub mod import;
mod logins;
mod password_change;
pub mod purge;
mod reauthentication;
mod refresh;
pub mod register;
mod sign_in;
mod sign_out;

use chrono::{DateTime, TimeDelta, Utc};

use super::error::AuthError;
use super::login::{Device, IdleLifetimes, Login};
use super::refresh_token::{RefreshToken, RefreshTokenKey, RefreshTokenText};
use super::repository::ending;
use super::service::ended_logins::EndedLogins;
use super::service::guesses::Guesses;
use crate::audit;
use crate::audit::AuditAction;
use crate::clock::SharedClock;
use crate::config::AuthSettings;
use crate::db::{Db, DbConn};
use crate::keys::SigningKeys;
use crate::keys::access_token::{AccessToken, AccessTokenText, AccessTokens, Rejection};
use crate::password::{Passwords, TypedPassword};
use crate::purge::PurgeSoon;
use crate::random::Random;
use crate::users::account_data::AccountData;
use crate::users::{AccountKind, CurrentUser, FoldedEmail, LoginId, UserId};

/// What someone typed to sign in.
#[derive(Clone)]
pub struct Credentials {
    /// The address, in whatever spelling.
    pub email: FoldedEmail,
    /// The password.
    pub password: TypedPassword,
}

/// A login's tokens, for its owner.
pub struct SignedIn {
    /// Whose login.
    pub user_id: UserId,
    /// The account's nickname; guests have none.
    pub nickname: Option<String>,
    /// For calling.
    pub access_token: AccessToken,
    /// For refreshing.
    pub refresh_token: RefreshTokenText,
    /// How long the refresh token may live if it is not used.
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
    pub guesses: Guesses,
    /// Compares and hashes.
    pub passwords: Passwords,
    /// Looks for the keys of access tokens.
    pub signing_keys: SigningKeys,
    /// Signs and checks access tokens.
    pub access_tokens: AccessTokens,
    /// Makes and proves refresh tokens.
    pub refresh_tokens: RefreshTokenKey,
    /// Which logins have ended.
    pub ended_logins: EndedLogins,
    /// What the features above keep for accounts.
    pub account_data: &'static [AccountData],
    /// Asked to remove what a deleted account has left behind.
    pub purge_soon: PurgeSoon,
}

impl AuthService {
    /// The account and login that an access token speaks for. No query, as a rule.
    ///
    /// # Errors
    /// [`AuthError::InvalidAccessToken`], [`AuthError::AccessTokenExpired`],
    /// [`AuthError::LoginEnded`], or when nobody knows because the database fails.
    pub async fn authenticate(&self, token: &AccessTokenText) -> Result<CurrentUser, AuthError> {
        let verify = || self.access_tokens.verify(token.expose(), self.clock.now());
        let verified = match verify() {
            // Another instance may have made its key a moment ago.
            Err(Rejection::UnknownKey) => {
                if self.signing_keys.reload_for_unknown_key().await {
                    verify()
                } else {
                    return Err(AuthError::KeysUnavailable);
                }
            }
            known => known,
        };
        let user = verified?;
        if self.ended_logins.contains(user.login_id).await? {
            Err(AuthError::LoginEnded)
        } else {
            Ok(user)
        }
    }

    pub(super) fn idle_lifetimes(&self) -> IdleLifetimes {
        IdleLifetimes {
            usual: self.settings.refresh_idle_lifetime,
            brief: self.settings.guest_idle_lifetime,
        }
    }

    /// A login that begins now. A guest's is brief until the guest contributes.
    pub(super) fn new_login(
        &self,
        user_id: UserId,
        kind: AccountKind,
        nickname: Option<String>,
        now: DateTime<Utc>,
    ) -> Login {
        let is_brief = kind == AccountKind::Guest;
        let expires_at = now + self.settings.refresh_lifetime;
        let idle_expires_at = self.idle_lifetimes().expires_at(is_brief, now);
        Login {
            login_id: LoginId::generate(&self.random),
            user_id,
            kind,
            nickname,
            user_is_active: true,
            generation: 0,
            previous: None,
            rotated_at: now,
            idle_expires_at: idle_expires_at.min(expires_at),
            expires_at,
            ended_at: None,
            is_brief,
        }
    }

    pub(super) fn tokens(&self, login: Login, now: DateTime<Utc>) -> SignedIn {
        let access_token = self.access_tokens.issue(
            login.user_id,
            login.kind,
            login.login_id,
            login.expires_at,
            now,
        );
        let refresh_token = self.refresh_tokens.encode(RefreshToken {
            login_id: login.login_id,
            generation: login.generation,
        });
        // A guest's first contribution makes the login last longer, and answers with no cookie: the
        // cookie lasts as long from the beginning.
        let lasts_until = if login.is_brief {
            self.idle_lifetimes().expires_at(false, now)
        } else {
            login.idle_expires_at
        };
        SignedIn {
            user_id: login.user_id,
            nickname: login.nickname,
            access_token,
            refresh_token,
            refresh_lifetime: lasts_until.min(login.expires_at) - now,
        }
    }
}

/// For what must not be done by a login that ended a moment ago, which this process may not have
/// heard.
///
/// # Errors
/// [`AuthError::LoginEnded`], or when the database fails.
pub(super) fn require_running(conn: &mut DbConn, me: CurrentUser) -> Result<(), AuthError> {
    if ending::is_running(conn, me.login_id)? {
        Ok(())
    } else {
        Err(AuthError::LoginEnded)
    }
}

pub(super) fn entry(
    action: AuditAction,
    user_id: UserId,
    login_id: LoginId,
    device: &Device,
    at: DateTime<Utc>,
) -> audit::AuditEntry {
    audit::AuditEntry {
        login_id: Some(login_id),
        ip: device.ip,
        ..audit::AuditEntry::new(action, Some(user_id), at)
    }
}
