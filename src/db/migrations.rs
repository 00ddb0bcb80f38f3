//! Migrations: compiled in, one folder per database with the same names.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::{DbConn, OpenMode};
use super::data_steps::{self, DataStep, DataStepError};
use super::{DbError, dialect};
use crate::clock::Clock;
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
    /// A step in Rust failed.
    #[error(transparent)]
    DataStep(#[from] DataStepError),
}

/// How much was pending and is applied now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// Migrations in SQL.
    pub migrations: usize,
    /// Steps in Rust.
    pub data_steps: usize,
}

impl From<diesel::result::Error> for MigrationError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Applies what is pending, first the SQL and then the Rust `steps`: all in one transaction under a
/// lock. Logs the name of each. Several instances may do so at once.
///
/// # Errors
/// When the database cannot be reached, or a migration or a step fails. Then nothing was applied.
pub fn run(
    url: &DatabaseUrl,
    busy_timeout: Duration,
    steps: &[DataStep],
    clock: &dyn Clock,
) -> Result<Applied, MigrationError> {
    if let DatabaseUrl::Sqlite(path) = url {
        make_private_file(path).map_err(|error| {
            DbError::Unavailable(format!("{} cannot be made: {error}", path.display()))
        })?;
    }
    let conn = &mut DbConn::open(url, OpenMode::Create, busy_timeout)?;
    // An error below closes the connection, and that undoes the transaction.
    begin_alone(conn)?;
    let migrations = match conn {
        DbConn::Postgres(conn) => apply::<Pg>(conn, POSTGRES),
        DbConn::Sqlite(conn) => apply::<Sqlite>(conn, SQLITE),
    }?;
    let steps = data_steps::run_pending(conn, steps, clock)?;
    DbConn::commit_transaction(conn)?;
    for migration in &migrations {
        tracing::info!(migration, "applied");
    }
    for data_step in &steps {
        tracing::info!(data_step, "applied");
    }
    Ok(Applied {
        migrations: migrations.len(),
        data_steps: steps.len(),
    })
}

/// Begins a transaction beside which no other instance sets up the database.
fn begin_alone(conn: &mut DbConn) -> QueryResult<()> {
    match conn {
        DbConn::Postgres(conn) => {
            AnsiTransactionManager::begin_transaction(conn)?;
            dialect::lock_setup_on(conn)
        }
        // IMMEDIATE takes the write lock at once.
        DbConn::Sqlite(conn) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
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
