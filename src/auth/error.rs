//! What can go wrong with signing in, as callers can react to it.

use chrono::TimeDelta;

use crate::db::DbError;
use crate::keys::access_token::Rejection;
use crate::password::PasswordPoolError;
use crate::users::account_export::ExportError;
use crate::validation::Invalid;

impl From<Rejection> for AuthError {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Invalid | Rejection::UnknownKey => Self::InvalidAccessToken,
            Rejection::Expired => Self::AccessTokenExpired,
        }
    }
}

impl From<ExportError> for AuthError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Database(error) => Self::Database(error),
            ExportError::Entry(error) => Self::Entry(error),
        }
    }
}

/// An error of the auth services.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// Unknown address, wrong password, disabled account: one answer for all.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// No guess at this address may be made from here for so long.
    #[error("too many attempts")]
    TooManyAttempts(TimeDelta),
    /// An account has this address, in whatever spelling.
    #[error("the e-mail address already has an account")]
    EmailTaken,
    /// An account has this nickname, in whatever spelling.
    #[error("the nickname is taken")]
    NicknameTaken,
    /// The new password does not fit this server's rules.
    #[error("the password {0}")]
    PasswordRefused(Invalid),
    /// No access token of ours, or not as we made it.
    #[error("the access token is not genuine")]
    InvalidAccessToken,
    /// The access token is genuine and past its time.
    #[error("the access token has expired")]
    AccessTokenExpired,
    /// The access token is genuine and in time; its login or its account is gone.
    #[error("the login has ended")]
    LoginEnded,
    /// A guest asked for what a named account alone may do.
    #[error("a guest cannot do this")]
    LoginRequired,
    /// A named account is not deleted without its password.
    #[error("the password is missing")]
    PasswordMissing,
    /// No login of this account has this id.
    #[error("there is no such login")]
    NoSuchLogin,
    /// Nothing in it bears our MAC, or no row knows its login.
    #[error("the refresh token is not genuine")]
    InvalidRefreshToken,
    /// The token was genuine; its login has ended or expired.
    #[error("the login has expired or ended")]
    LoginOver,
    /// The token was genuine and replaced before; its login was ended.
    #[error("the refresh token was already replaced")]
    RefreshTokenReused,
    /// Another signing key may prove the token, and the database cannot be asked for it.
    #[error("the signing keys cannot be read")]
    KeysUnavailable,
    /// The hashing threads have no place or failed.
    #[error("passwords cannot be hashed now")]
    Password(#[from] PasswordPoolError),
    /// An entry of an export cannot be written: a defect of ours.
    #[error("an entry cannot be written")]
    Entry(#[source] serde_json::Error),
    /// The database failed; nothing is known about the question.
    #[error("the database failed")]
    Database(#[from] DbError),
}
