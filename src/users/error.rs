//! What can go wrong with an account, as callers can react to it.

use crate::db::DbError;

/// An error of the users service.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    /// The account is gone or disabled.
    #[error("the account is gone or disabled")]
    Gone,
    /// A guest asked for what a named account alone may do.
    #[error("a guest has no nickname")]
    LoginRequired,
    /// An account has this nickname, in whatever spelling.
    #[error("the nickname is taken")]
    NicknameTaken,
    /// The database failed; nothing is known about the question.
    #[error("the database failed")]
    Database(#[source] DbError),
}

impl From<DbError> for UsersError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unique(constraint) if constraint == super::repository::NICKNAME_KEY => {
                Self::NicknameTaken
            }
            error => Self::Database(error),
        }
    }
}
