//! Migrations: compiled in, one folder per database with the same names.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use diesel::Connection;
use diesel::backend::Backend;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::{DbConn, OpenMode};
use super::{DbError, dialect};
use crate::config::DatabaseUrl;

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Why a database could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database cannot be reached or failed.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A migration's own statement failed.
    #[error("a migration failed and was undone: {0}")]
    Migration(String),
}

impl From<diesel::result::Error> for MigrationError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Applies what is pending, all in one transaction under a lock, and returns the names of what it
/// applied. Several instances may do so at once.
///
/// # Errors
/// When the database cannot be reached or a migration fails; then nothing was applied.
pub fn run(url: &DatabaseUrl, busy_timeout: Duration) -> Result<Vec<String>, MigrationError> {
    if let DatabaseUrl::Sqlite(path) = url {
        make_private_file(path).map_err(|error| {
            DbError::Unavailable(format!("{} cannot be made: {error}", path.display()))
        })?;
    }
    match DbConn::open(url, OpenMode::Create, busy_timeout)? {
        DbConn::Postgres(mut conn) => conn.transaction(|conn| {
            dialect::lock_setup_on(conn)?;
            apply::<Pg>(conn, POSTGRES)
        }),
        // IMMEDIATE takes the write lock at once.
        DbConn::Sqlite(mut conn) => {
            conn.immediate_transaction(|conn| apply::<Sqlite>(conn, SQLITE))
        }
    }
}

/// Hashes and addresses are for the owner's eyes only. SQLite gives its other files the same mode.
fn make_private_file(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map(drop)
}

fn apply<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Result<Vec<String>, MigrationError>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let applied = conn
        .run_pending_migrations(migrations)
        .map_err(|error| MigrationError::Migration(error.to_string()))?;
    Ok(applied.iter().map(ToString::to_string).collect())
}
