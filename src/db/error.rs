//! What can go wrong with the database, as callers can react to it.

use std::error::Error;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure of the database or of a statement.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A row with the same key exists. Holds the constraint's name, `<table>_<columns>_key`.
    #[error("unique constraint {0} is violated")]
    Unique(String),
    /// The database could not run a statement: a serialisation failure, a deadlock, a full disk, a
    /// lock that was not had in time. It left no trace and may succeed if repeated.
    #[error("the database failed to run a statement")]
    Failed(#[source] DieselError),
    /// The database cannot be reached, or whether a commit took place is unknown.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Too many writes are waiting.
    #[error("the queue of writes is full")]
    Overloaded,
    /// The code that ran beside the database panicked.
    #[error("a database job panicked")]
    Panicked,
    /// A statement that should never fail did: a defect of ours.
    #[error("a statement failed unexpectedly")]
    Unexpected(#[source] DieselError),
}

impl DbError {
    /// Whether `error`, or what caused it, is a failure of the database itself. Such a failure may
    /// have undone more than the job that met it.
    pub(super) fn is_database_failure(error: &(dyn Error + 'static)) -> bool {
        matches!(
            Self::behind(error),
            Some(Self::Failed(_) | Self::Unavailable(_))
        )
    }

    /// Whether repeating the whole transaction may help.
    pub(super) fn is_worth_repeating(error: &(dyn Error + 'static)) -> bool {
        matches!(Self::behind(error), Some(Self::Failed(_)))
    }

    fn behind<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        causes(error).find_map(|error| error.downcast_ref())
    }
}

/// An error and, one after the other, what caused it.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

/// An error with everything that caused it, in one line for the log.
pub fn describe(error: &(dyn Error + 'static)) -> String {
    let texts: Vec<_> = causes(error).map(ToString::to_string).collect();
    texts.join(": ")
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, ref information) => {
                match information.constraint_name() {
                    Some(name) => Self::Unique(name.to_owned()),
                    None => constraint_in(information.message())
                        .map_or_else(|| Self::Unexpected(error), Self::Unique),
                }
            }
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                information,
            ) => Self::Unavailable(information.message().to_owned()),
            // COMMIT failed and so did the attempt to undo it: it may have taken place, so it must
            // not be repeated.
            DieselError::RollbackErrorOnCommit { commit_error, .. } => {
                Self::Unavailable(commit_error.to_string())
            }
            // Neither driver gives more than a text for what it does not know, and PostgreSQL
            // translates its texts. Deadlocks, full disks and locks are all in here.
            DieselError::DatabaseError(
                DatabaseErrorKind::Unknown
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ReadOnlyTransaction,
                _,
            )
            | DieselError::RollbackTransaction
            | DieselError::BrokenTransactionManager => Self::Failed(error),
            _ => Self::Unexpected(error),
        }
    }
}

/// SQLite names the columns (`UNIQUE constraint failed: users.a, users.b`), not the constraint.
fn constraint_in(message: &str) -> Option<String> {
    let columns = message.strip_prefix("UNIQUE constraint failed: ")?;
    let mut name = String::new();
    for column in columns.split(", ") {
        let (table, column) = column.split_once('.')?;
        if name.is_empty() {
            name.push_str(table);
        }
        name.push('_');
        name.push_str(column);
    }
    Some(name + "_key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_that_may_have_taken_place_is_not_repeated() {
        let failed = || Box::new(DieselError::BrokenTransactionManager);
        let error = DbError::from(DieselError::RollbackErrorOnCommit {
            rollback_error: failed(),
            commit_error: failed(),
        });
        assert!(DbError::is_database_failure(&error), "{error:?}");
        assert!(!DbError::is_worth_repeating(&error), "{error:?}");
    }

    #[test]
    fn sqlite_texts_become_constraint_names() {
        let name = constraint_in("UNIQUE constraint failed: users.email_folded");
        assert_eq!(name.as_deref(), Some("users_email_folded_key"));
        let name = constraint_in("UNIQUE constraint failed: likes.item_id, likes.user_id");
        assert_eq!(name.as_deref(), Some("likes_item_id_user_id_key"));
        assert_eq!(
            constraint_in("CHECK constraint failed: users_kind_check"),
            None
        );
    }
}
