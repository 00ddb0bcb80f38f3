//! Signing in, refreshing and signing out.

use chrono::{DateTime, TimeDelta, Utc};

use super::access_token::{AccessToken, AccessTokens, Rejection};
use super::error::AuthError;
use super::login::{Device, Login, LoginId};
use super::password::{PasswordHash, Passwords, TypedPassword};
use super::refresh_token::{RefreshToken, RefreshTokenKey};
use super::repository;
use super::rotation::{Step, decide};
use crate::audit::{self, Action};
use crate::clock::SharedClock;
use crate::config::AuthSettings;
use crate::db::{Db, DbConn, DbError};
use crate::random::Random;
use crate::users::{self, CredentialsRow, CurrentUser, FoldedEmail, UserKind};

/// What someone typed to sign in.
pub struct Credentials {
    pub email: FoldedEmail,
    pub password: TypedPassword,
}

/// A login's tokens, for its owner.
pub struct SignedIn {
    pub user_id: i64,
    pub nickname: Option<String>,
    pub access_token: AccessToken,
    /// The refresh token in the clear.
    pub refresh_token: String,
    /// How long the refresh token lives if it is not used.
    pub refresh_lifetime: TimeDelta,
}

/// Signs in, refreshes and signs out.
#[derive(Clone)]
pub struct AuthService {
    pub db: Db,
    pub clock: SharedClock,
    pub random: Random,
    pub settings: AuthSettings,
    pub passwords: Passwords,
    pub access_tokens: AccessTokens,
    pub refresh_tokens: RefreshTokenKey,
}

/// What a refresh came to, once its transaction is settled.
enum Outcome {
    Tokens(Login),
    Reused,
    /// Someone else changed the login first.
    Overtaken,
}

impl AuthService {
    /// Signs in with a password.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] whatever was wrong, or when hashing or the database fails.
    pub async fn sign_in(
        &self,
        credentials: Credentials,
        device: Device,
    ) -> Result<SignedIn, AuthError> {
        let Credentials { email, password } = credentials;
        let find = move |conn: &mut _| users::repository::find_credentials(conn, &email);
        let account: Option<CredentialsRow> = self.db.read::<_, DbError, _>(find).await?;
        let stored = account
            .as_ref()
            .map(|it| PasswordHash::from_stored(it.password_hash.clone()));
        let kept = self.passwords.compare(password, stored).await?;
        let (Some(account), Some(kept)) = (account, kept) else {
            return Err(AuthError::InvalidCredentials);
        };
        let now = self.clock.now();
        let login = self.new_login(&account, now);
        let stored = login.clone();
        self.db
            .write(move |conn| insert_if_unchanged(conn, &account, &kept, &stored, &device, now))
            .await?;
        self.tokens(login, now)
    }

    fn new_login(&self, account: &CredentialsRow, now: DateTime<Utc>) -> Login {
        let expires_at = now + self.settings.refresh_lifetime;
        Login {
            login_id: LoginId::generate(&self.random),
            user_id: account.user_id,
            nickname: Some(account.nickname.clone()),
            user_is_active: true,
            generation: 0,
            previous: None,
            rotated_at: now,
            idle_expires_at: (now + self.settings.refresh_idle_lifetime).min(expires_at),
            expires_at,
            ended_at: None,
        }
    }

    /// Exchanges a refresh token by the rules of `rotation::decide`.
    ///
    /// # Errors
    /// [`AuthError::InvalidRefreshToken`], [`AuthError::LoginOver`],
    /// [`AuthError::RefreshTokenReused`], or when the database fails.
    pub async fn refresh(&self, token: &str, device: Device) -> Result<SignedIn, AuthError> {
        let token = self.decode(token)?;
        let find = move |conn: &mut _| repository::find_login(conn, token.login_id);
        let login: Option<Login> = self.db.read::<_, DbError, _>(find).await?;
        let login = login.ok_or(AuthError::LoginOver)?;
        let mut outcome = self.settle(token, Some(login), device.clone()).await?;
        if matches!(outcome, Outcome::Overtaken) {
            outcome = self.settle(token, None, device).await?;
        }
        match outcome {
            Outcome::Tokens(login) => self.tokens(login, self.clock.now()),
            Outcome::Reused => Err(AuthError::RefreshTokenReused),
            Outcome::Overtaken => Err(AuthError::LoginOver),
        }
    }

    /// Decides and acts: first on what was read, in one statement; then, if someone else was
    /// faster, on the locked row, which nobody can change meanwhile.
    async fn settle(
        &self,
        token: RefreshToken,
        read: Option<Login>,
        device: Device,
    ) -> Result<Outcome, AuthError> {
        let now = self.clock.now();
        let grace = self.settings.refresh_grace;
        if let Some(login) = &read {
            match decide(login, token.generation, now, grace) {
                Step::Over => return Err(AuthError::LoginOver),
                Step::Repeat => return Ok(Outcome::Tokens(login.clone())),
                Step::Advance { .. } | Step::Reuse => {}
            }
        }
        let idle_lifetime = self.settings.refresh_idle_lifetime;
        let act = move |conn: &mut DbConn| {
            let login = match &read {
                Some(login) => login.clone(),
                None => {
                    repository::lock_login(conn, token.login_id)?.ok_or(AuthError::LoginOver)?
                }
            };
            match decide(&login, token.generation, now, grace) {
                Step::Over => Err(AuthError::LoginOver),
                Step::Repeat => Ok(Outcome::Tokens(login)),
                Step::Reuse => end_reused(conn, &login, &device, now),
                Step::Advance { generation, ahead } => {
                    let next = Login {
                        generation,
                        previous: Some(token.generation),
                        rotated_at: now,
                        idle_expires_at: (now + idle_lifetime).min(login.expires_at),
                        ..login.clone()
                    };
                    advance(conn, &login, next, ahead, &device)
                }
            }
        };
        self.db.write(act).await
    }

    /// Ends the login of a genuine refresh token, whatever its generation. Nothing else has an
    /// effect, and none of it is an error: whoever signs out is signed out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, token: &str, device: Device) -> Result<(), AuthError> {
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

    fn decode(&self, token: &str) -> Result<RefreshToken, AuthError> {
        let token = self.refresh_tokens.decode(token);
        token.ok_or(AuthError::InvalidRefreshToken)
    }

    fn tokens(&self, login: Login, now: DateTime<Utc>) -> Result<SignedIn, AuthError> {
        let access_token = self.access_tokens.issue(
            login.user_id,
            UserKind::of(login.nickname.as_deref()),
            login.login_id,
            login.expires_at,
            now,
        )?;
        let refresh_token = self.refresh_tokens.encode(RefreshToken {
            login_id: login.login_id,
            generation: login.generation,
        });
        Ok(SignedIn {
            user_id: login.user_id,
            nickname: login.nickname,
            access_token,
            refresh_token,
            refresh_lifetime: login.idle_expires_at - now,
        })
    }
}

/// The end of a sign-in: only if the verified hash still stands, so that a password change,
/// disabling or deletion that came between wins.
fn insert_if_unchanged(
    conn: &mut DbConn,
    account: &CredentialsRow,
    kept: &PasswordHash,
    login: &Login,
    device: &Device,
    now: DateTime<Utc>,
) -> Result<(), AuthError> {
    let (id, verified) = (account.user_id, &account.password_hash);
    if !users::repository::update_verified_hash(conn, id, verified, kept.as_str())? {
        return Err(AuthError::InvalidCredentials);
    }
    repository::insert_login(conn, login, device, now)?;
    let entry = entry(Action::SignedIn, id, login.login_id, device, now);
    Ok(audit::repository::insert(conn, &entry)?)
}

fn advance(
    conn: &mut DbConn,
    read: &Login,
    next: Login,
    ahead: bool,
    device: &Device,
) -> Result<Outcome, AuthError> {
    let now = next.rotated_at;
    if !repository::advance(conn, read, &next, now)? {
        return Ok(Outcome::Overtaken);
    }
    if ahead {
        let entry = entry(
            Action::RefreshTokenAhead,
            next.user_id,
            next.login_id,
            device,
            now,
        );
        audit::repository::insert(conn, &entry)?;
    }
    Ok(Outcome::Tokens(next))
}

fn end_reused(
    conn: &mut DbConn,
    read: &Login,
    device: &Device,
    now: DateTime<Utc>,
) -> Result<Outcome, AuthError> {
    if !repository::end_in_generation(conn, read, now)? {
        return Ok(Outcome::Overtaken);
    }
    let entry = entry(
        Action::RefreshTokenReused,
        read.user_id,
        read.login_id,
        device,
        now,
    );
    audit::repository::insert(conn, &entry)?;
    Ok(Outcome::Reused)
}

fn entry(
    action: Action,
    user_id: i64,
    login_id: LoginId,
    device: &Device,
    at: DateTime<Utc>,
) -> audit::Entry {
    audit::Entry {
        action,
        at,
        user_id,
        login_id: Some(login_id.to_text()),
        ip: device.ip,
    }
}
