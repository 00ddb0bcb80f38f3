//! What can go wrong with a request that may be sent again.

use crate::db::DbError;

/// An error of a request that may be sent again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// Another request of this account had the same key.
    #[error("the key belongs to another request")]
    Reused,
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbError),
}
