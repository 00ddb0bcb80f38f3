//! The database: [`Db::read`], [`Db::write`], [`Db::write_then`] and [`Db::write_statement`] are
//! the only doors to it.

pub(crate) mod columns;
mod connection;
mod data_steps;
pub mod dialect;
mod error;
mod listener;
mod marks;
pub mod migrations;
mod own_connection;
mod prepared;
#[expect(
    missing_docs,
    reason = "generated from the migrations, which say what is what"
)]
pub mod schema;
mod types;
mod writer;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::time::timeout;
use actix_web::web;
use diesel::Connection;
use diesel::connection::SimpleConnection;
use r2d2::Pool;
use tokio::sync::Semaphore;
use tracing::Span;

pub use connection::{DbConn, OpenMode};
pub use data_steps::DataStep;
pub use error::{DbError, describe};
pub use listener::{Notices, Waited};
pub use marks::Marks;
pub use own_connection::OwnConnection;
pub use prepared::{Prepared, planned_anew};
pub use types::UtcTime;

use connection::{Manager, Pooled};
use writer::Writer;

use crate::config::{DatabaseSettings, DatabaseUrl};

/// How long a statement waits for a command that writes beside the server, on SQLite.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a PostgreSQL transaction is tried that another one made fail.
const WRITE_TRIES: u32 = 3;

/// The open database. Clones share its connections.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    /// One for each connection of the pool.
    turns: Arc<Semaphore>,
    /// SQLite: the one that writes. PostgreSQL: none, every connection writes.
    writer: Option<Writer>,
}

impl Db {
    /// Opens the pool and, on SQLite, the writer thread; `busy_timeout` is [`BUSY_TIMEOUT`] outside
    /// of tests. Connections are made when they are needed, so this succeeds without a database.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn open(settings: &DatabaseSettings, busy_timeout: Duration) -> std::io::Result<Self> {
        let pool = Pool::builder()
            .max_size(settings.pool_size)
            .min_idle(Some(1))
            .connection_timeout(settings.acquire_timeout)
            .error_handler(Box::new(LogError))
            .build_unchecked(Manager {
                url: settings.url.clone(),
                busy_timeout,
            });
        let writer = match &settings.url {
            DatabaseUrl::Sqlite(_) => Some(Writer::spawn(settings.url.clone(), busy_timeout)?),
            DatabaseUrl::Postgres(_) => None,
        };
        let turns = usize::try_from(settings.pool_size).unwrap_or(Semaphore::MAX_PERMITS);
        Ok(Self {
            pool,
            turns: Arc::new(Semaphore::new(turns)),
            writer,
        })
    }

    /// Runs `job` on a pooled connection, off the async threads. It must not write.
    ///
    /// # Errors
    /// What `job` returns, or a [`DbError`] when there is no connection.
    pub async fn read<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: FnOnce(&mut DbConn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.off_thread(|pool| job(&mut acquire(pool)?.connection))
            .await
    }

    /// Asks the database for something small that only a migrated one has.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ping(&self) -> Result<(), DbError> {
        let ask = |conn: &mut DbConn| Ok(conn.batch_execute("SELECT 1 FROM users LIMIT 1")?);
        self.read(ask).await
    }

    /// Runs `job` in one transaction. An error leaves no trace; what a refusal has to keep is part
    /// of an `Ok`. The job touches nothing but the database, opens no transaction of its own, and
    /// may be run up to three times. It runs to its end whether or not anyone waits for it.
    ///
    /// # Errors
    /// What `job` returns, or a [`DbError`] when the database fails.
    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: FnMut(&mut DbConn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Error + From<DbError> + Send + 'static,
    {
        self.write_then(job, |_| ()).await
    }

    /// Like [`Self::write`]; `then` is given what was committed, on the thread that committed it
    /// and before the answer, so that it takes place even if nobody waits for the answer any
    /// more.
    ///
    /// # Errors
    /// Those of [`Self::write`].
    pub async fn write_then<T, E, F, A>(&self, job: F, then: A) -> Result<T, E>
    where
        F: FnMut(&mut DbConn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Error + From<DbError> + Send + 'static,
        A: FnOnce(&T) + Send + 'static,
    {
        match &self.writer {
            Some(writer) => writer.submit(job, then).await,
            None => {
                let write = |pool: &_| write_postgres(pool, job).inspect(|it| then(it));
                self.off_thread(write).await
            }
        }
    }

    /// Runs a `job` that is one statement. PostgreSQL makes a transaction of it by itself, which
    /// saves two of three round trips; it is not repeated, because it waits for no second row.
    ///
    /// # Errors
    /// What `job` returns, or a [`DbError`] when the database fails.
    pub async fn write_statement<T, F>(&self, mut job: F) -> Result<T, DbError>
    where
        F: FnMut(&mut DbConn) -> Result<T, DbError> + Send + 'static,
        T: Send + 'static,
    {
        match &self.writer {
            Some(writer) => writer.submit(job, |_| ()).await,
            None => {
                self.off_thread(move |pool| job(&mut acquire(pool)?.connection))
                    .await
            }
        }
    }

    /// Runs `work` on a thread that may block, inside the request's span, once it is its turn: no
    /// more threads at once than connections, and no wait of more than `database.acquire_timeout`,
    /// however long those before it hang in a statement.
    async fn off_thread<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Pool<Manager>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned();
        let turn = timeout(self.pool.connection_timeout(), turn).await;
        let Ok(Ok(turn)) = turn else {
            let all_busy = DbError::Unavailable("every connection is busy".into());
            return Err(all_busy.into());
        };
        let (pool, span) = (self.pool.clone(), Span::current());
        let work = move || {
            let outcome = span.in_scope(|| work(&pool));
            drop(turn);
            outcome
        };
        let outcome = web::block(work).await;
        outcome.unwrap_or_else(|_blocking_error| Err(DbError::Panicked.into()))
    }
}

/// Moves what SQLite's write-ahead log holds into the database file, so that a copy of the file is
/// whole. Nothing to do on PostgreSQL.
///
/// # Errors
/// When the database fails; the log is kept then.
pub fn checkpoint(url: &DatabaseUrl) -> Result<(), DbError> {
    if let DatabaseUrl::Sqlite(_) = url {
        let mut conn = DbConn::open(url, OpenMode::Write, BUSY_TIMEOUT)?;
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?;
    }
    Ok(())
}

fn acquire(pool: &Pool<Manager>) -> Result<r2d2::PooledConnection<Manager>, DbError> {
    pool.get()
        .map_err(|error| DbError::Unavailable(error.to_string()))
}

fn write_postgres<T, E, F>(pool: &Pool<Manager>, mut job: F) -> Result<T, E>
where
    F: FnMut(&mut DbConn) -> Result<T, E>,
    E: Error + From<DbError> + 'static,
{
    let mut tries = 1;
    loop {
        let pooled: &mut Pooled = &mut *acquire(pool)?;
        let outcome = pooled
            .connection
            .transaction(|conn| job(conn).map_err(InTransaction::Job))
            .map_err(|error| match error {
                InTransaction::Job(error) => error,
                InTransaction::Itself(error) => DbError::from(error).into(),
            });
        match outcome {
            Err(error) if tries < WRITE_TRIES && DbError::is_worth_repeating(&error) => {
                tracing::debug!(tries, error = %error, "transaction will be repeated");
                tries += 1;
            }
            settled => return settled,
        }
    }
}

/// Tells a job's own error from one of BEGIN, COMMIT or ROLLBACK.
enum InTransaction<E> {
    Job(E),
    Itself(diesel::result::Error),
}

impl<E> From<diesel::result::Error> for InTransaction<E> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Itself(error)
    }
}

/// Logs why the pool cannot connect; requests are told 503 without the reason.
#[derive(Debug)]
struct LogError;

impl r2d2::HandleError<DbError> for LogError {
    fn handle_error(&self, error: DbError) {
        tracing::warn!(error = %error, "no connection to the database");
    }
}

#[cfg(test)]
mod tests;
