//! Refreshing: the rules of [`rotation`](crate::auth::rotation), carried out on the database.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::ended_logins::Ending;
use super::{AuthService, SignedIn, entry};
use crate::audit::{self, AuditAction};
use crate::auth::error::AuthError;
use crate::auth::login::{Device, IdleLifetimes, Login};
use crate::auth::refresh_token::{RefreshToken, RefreshTokenText};
use crate::auth::repository::{ending, logins};
use crate::auth::rotation::{Step, decide};
use crate::db::{DbConn, DbError};
use crate::users::{self, AccountKind, User, UserId};

/// What a refresh came to.
enum Outcome {
    Tokens(Login),
    Reused,
    /// Someone else changed the login first.
    Overtaken,
}

impl AuthService {
    /// Exchanges a refresh token by the rules of `rotation::decide`.
    ///
    /// # Errors
    /// [`AuthError::InvalidRefreshToken`], [`AuthError::LoginOver`],
    /// [`AuthError::RefreshTokenReused`], or when the database fails.
    pub async fn refresh(
        &self,
        token: &RefreshTokenText,
        device: Device,
    ) -> Result<SignedIn, AuthError> {
        self.exchange(self.attempt(token, device)?).await
    }

    /// The same for a named account, which is read before anything is done. A guest's login stays
    /// as it is.
    ///
    /// # Errors
    /// [`AuthError::LoginRequired`] for a guest, and those of [`Self::refresh`].
    pub async fn refresh_named(
        &self,
        token: &RefreshTokenText,
        device: Device,
    ) -> Result<(SignedIn, User), AuthError> {
        let attempt = self.attempt(token, device)?;
        let login = self.find_login(attempt.token).await?;
        let login = login.ok_or(AuthError::LoginOver)?;
        let user = self.find_account(login.user_id).await?;
        let user = user.ok_or(AuthError::LoginOver)?;
        // A guest never becomes another kind of account: its claim ends it.
        if login.kind == AccountKind::Guest && attempt.is_good_for(&login) {
            return Err(AuthError::LoginRequired);
        }
        Ok((self.exchange(attempt).await?, user))
    }

    fn attempt(
        &self,
        token: &RefreshTokenText,
        device: Device,
    ) -> Result<RefreshAttempt, AuthError> {
        Ok(RefreshAttempt {
            token: self.decode(token)?,
            device,
            now: self.clock.now(),
            grace: self.settings.refresh_grace,
            idle: self.idle_lifetimes(),
        })
    }

    async fn find_login(&self, token: RefreshToken) -> Result<Option<Login>, DbError> {
        let find = move |conn: &mut _| logins::find_login(conn, token.login_id);
        self.db.read(find).await
    }

    async fn find_account(&self, user_id: UserId) -> Result<Option<User>, DbError> {
        let find = move |conn: &mut _| users::repository::find_active(conn, user_id);
        self.db.read(find).await
    }

    async fn exchange(&self, attempt: RefreshAttempt) -> Result<SignedIn, AuthError> {
        let now = attempt.now;
        // Most refreshes rotate the current token: one statement. What it leaves alone, the rules
        // decide.
        let rotate = attempt.clone();
        let rotate = move |conn: &mut _| rotate.rotate(conn);
        if let Some(login) = self.db.write_statement(rotate).await? {
            return Ok(self.tokens(login, now));
        }
        let login = self.find_login(attempt.token).await?;
        let login = login.ok_or(AuthError::LoginOver)?;
        let outcome = match attempt.step(&login) {
            Step::Over => return Err(AuthError::LoginOver),
            Step::Repeat => Outcome::Tokens(login),
            Step::Advance { .. } | Step::Reuse => self.write(attempt, login).await?,
        };
        match outcome {
            Outcome::Tokens(login) => Ok(self.tokens(login, now)),
            Outcome::Reused => Err(AuthError::RefreshTokenReused),
            // Nobody overtakes who holds the lock; if the row is gone, so is the login.
            Outcome::Overtaken => Err(AuthError::LoginOver),
        }
    }

    /// Acts on what was read, in one conditional statement; if someone else was faster, decides
    /// anew on the locked row, which nobody overtakes.
    async fn write(&self, attempt: RefreshAttempt, read: Login) -> Result<Outcome, AuthError> {
        let first = attempt.clone();
        let act = move |conn: &mut DbConn, now| first.settle(conn, &read, now);
        match self.ended_logins.write(act).await? {
            Outcome::Overtaken => {
                let act = move |conn: &mut DbConn, now| {
                    let login = logins::lock_login(conn, attempt.token.login_id)?;
                    attempt.settle(conn, &login.ok_or(AuthError::LoginOver)?, now)
                };
                self.ended_logins.write(act).await
            }
            outcome => Ok(outcome),
        }
    }
}

/// One genuine token, presented once.
#[derive(Clone)]
struct RefreshAttempt {
    token: RefreshToken,
    device: Device,
    now: DateTime<Utc>,
    grace: Duration,
    idle: IdleLifetimes,
}

impl RefreshAttempt {
    fn rotate(&self, conn: &mut DbConn) -> Result<Option<Login>, DbError> {
        let rotated_before = self.now - self.grace;
        logins::rotate(conn, self.token, rotated_before, self.idle, self.now)
    }

    fn step(&self, login: &Login) -> Step {
        decide(login, self.token.generation, self.now, self.grace)
    }

    fn is_good_for(&self, login: &Login) -> bool {
        matches!(self.step(login), Step::Repeat | Step::Advance { .. })
    }

    /// Decides about a login and does it, unless the login has changed since it was read. If it
    /// ends, it ends `now`.
    fn settle(
        &self,
        conn: &mut DbConn,
        read: &Login,
        now: DateTime<Utc>,
    ) -> Result<Ending<Outcome>, AuthError> {
        match self.step(read) {
            Step::Over => Err(AuthError::LoginOver),
            Step::Repeat => Ok(Ending::nothing(Outcome::Tokens(read.clone()))),
            Step::Advance { generation, ahead } => {
                let outcome = self.advance(conn, read, generation, ahead)?;
                Ok(Ending::nothing(outcome))
            }
            Step::Reuse => {
                if !ending::end_in_generation(conn, read, now)? {
                    return Ok(Ending::nothing(Outcome::Overtaken));
                }
                self.audit(conn, AuditAction::RefreshTokenReused, read)?;
                Ok(Ending::of(read.login_id, Outcome::Reused))
            }
        }
    }

    fn advance(
        &self,
        conn: &mut DbConn,
        read: &Login,
        generation: u32,
        ahead: bool,
    ) -> Result<Outcome, AuthError> {
        let next = Login {
            generation,
            previous: Some(self.token.generation),
            rotated_at: self.now,
            idle_expires_at: self
                .idle
                .expires_at(read.is_brief, self.now)
                .min(read.expires_at),
            ..read.clone()
        };
        if !logins::advance(conn, read, &next, self.now)? {
            return Ok(Outcome::Overtaken);
        }
        if ahead {
            self.audit(conn, AuditAction::RefreshTokenAhead, &next)?;
        }
        Ok(Outcome::Tokens(next))
    }

    fn audit(&self, conn: &mut DbConn, action: AuditAction, login: &Login) -> Result<(), DbError> {
        let entry = entry(
            action,
            login.user_id,
            login.login_id,
            &self.device,
            self.now,
        );
        audit::repository::insert(conn, &entry)
    }
}
