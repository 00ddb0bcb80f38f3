//! What can go wrong with a post, as callers can react to it.

use crate::db::DbError;
use crate::retries::RetryError;
use crate::users::UsersError;

/// An error of the posts service.
#[derive(Debug, thiserror::Error)]
pub enum PostsError {
    /// No post has this number.
    #[error("there is no such post")]
    NoSuchPost,
    /// Someone else wrote it.
    #[error("the post is someone else's")]
    Forbidden,
    /// The account has as many posts as one may have.
    #[error("the account has too many posts")]
    TooMany,
    /// The request cannot be told from another one.
    #[error("the request cannot be sent again")]
    Retry(#[from] RetryError),
    /// The account that asks cannot write.
    #[error("the account cannot write")]
    Account(#[from] UsersError),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbError),
}
