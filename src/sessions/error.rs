//! What can go wrong in a session, as callers can react to it.

use chrono::TimeDelta;

use super::permissions::Refusal;
use crate::db::DbError;
use crate::retries::RetryError;
use crate::users::UsersError;
use crate::validation::Invalid;

/// An error of the sessions service.
#[derive(Debug, thiserror::Error)]
pub enum SessionsError {
    /// No session has this id or this code.
    #[error("there is no such session")]
    NoSuchSession,
    /// Nobody is listed in the session under this id.
    #[error("there is no such participant")]
    NoSuchParticipant,
    /// A super host stays one until it hands the session over.
    #[error("the super host's role does not change")]
    OwnRole,
    /// Only a sub host can become the super host.
    #[error("only a sub host can take the session over")]
    NotASubHost,
    /// A super host leaves only where a sub host can take the session over.
    #[error("there is no sub host to take the session over")]
    NoSubHost,
    /// The account has opened as many sessions as one may.
    #[error("the account has opened too many sessions")]
    TooMany,
    /// The time at which it is to end is over or too far away.
    #[error("the end of the session {0}")]
    Expiry(Invalid),
    /// The session has changed since it was seen.
    #[error("the session has changed since it was seen")]
    Changed,
    /// The session has no such label any more.
    #[error("the session has no such label")]
    NoSuchLabel,
    /// The session is slow, and whoever asks has contributed a moment ago: it may again after this.
    #[error("it is too early for another contribution")]
    SlowDown(TimeDelta),
    /// The request cannot be told from another one.
    #[error("the request cannot be sent again")]
    Retry(#[from] RetryError),
    /// Whoever asks may not.
    #[error("not allowed: {0:?}")]
    Refused(Refusal),
    /// The account that asks is gone, or a guest's where a named one is needed.
    #[error("the account cannot do this")]
    Account(#[from] UsersError),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbError),
}

impl From<Refusal> for SessionsError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
