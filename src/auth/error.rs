//! What can go wrong with signing in, as callers can react to it.

use chrono::TimeDelta;

use super::password::PasswordPoolError;
use crate::db::DbError;
use crate::validation::Invalid;

/// An error of the auth services.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// Unknown address, wrong password, disabled account: one answer for all.
    #[error("the address or the password is wrong")]
    InvalidCredentials,
    /// No guess at this address may be made from here for so long.
    #[error("too many attempts")]
    TooManyAttempts(TimeDelta),
    /// An account has this address, in whatever spelling.
    #[error("the e-mail address has an account")]
    EmailTaken,
    /// An account has this nickname, in whatever spelling.
    #[error("the nickname is taken")]
    NicknameTaken,
    /// The new password does not fit this server's rules.
    #[error("the password {0}")]
    PasswordRefused(Invalid),
    /// Nothing in it bears our MAC, or no row knows its login.
    #[error("the refresh token is not genuine")]
    InvalidRefreshToken,
    /// The token was genuine; its login has ended or expired.
    #[error("the login is over")]
    LoginOver,
    /// The token was genuine and replaced before; its login was ended.
    #[error("the refresh token had been replaced")]
    RefreshTokenReused,
    /// The hashing threads have no room or failed.
    #[error("passwords cannot be hashed now")]
    Password(#[from] PasswordPoolError),
    /// The database failed; nothing is known about the question.
    #[error("the database failed")]
    Database(#[from] DbError),
}
