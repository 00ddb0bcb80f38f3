//! SQLite's one writer: a thread that gathers what is queued and commits it together.
//!
//! Each job runs in a savepoint of one `BEGIN IMMEDIATE` transaction, so a job that errs or panics
//! is undone alone. When the database itself fails, SQLite may have undone everything: the whole
//! batch is answered with that failure and the connection is replaced.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;
use std::{io, thread};

use diesel::connection::SimpleConnection;
use tokio::sync::oneshot;
use tracing::Span;

use super::connection::{DbConn, OpenMode};
use super::error::{DbError, describe};
use crate::config::DatabaseUrl;

/// Jobs in one transaction at most: what waits for a commit of up to a few milliseconds.
const BATCH: usize = 64;
/// Jobs that may wait; more are refused as overload. About 0.2 s of work.
const QUEUE: usize = 1024;

/// The door to the writer thread. The thread ends when the last clone is dropped.
#[derive(Clone)]
pub struct Writer {
    queue: SyncSender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn spawn(url: DatabaseUrl, busy_timeout: Duration) -> io::Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE);
        let open = move || DbConn::open(&url, OpenMode::Write, busy_timeout);
        thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || run(&jobs, open))?;
        Ok(Self { queue })
    }

    /// Queues `work` and waits until its transaction is committed, and `then` has been given what
    /// it came to, or until it is undone.
    ///
    /// # Errors
    /// What `work` returns, or a [`DbError`] when the queue is full or the database fails.
    pub async fn submit<T, E, F, A>(&self, work: F, then: A) -> Result<T, E>
    where
        F: FnMut(&mut DbConn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Error + From<DbError> + Send + 'static,
        A: FnOnce(&T) + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = TypedJob {
            span: Span::current(),
            work,
            then,
            outcome: None,
            reply,
        };
        self.queue
            .try_send(Box::new(job))
            .map_err(|error| match error {
                TrySendError::Full(_) => DbError::Overloaded,
                TrySendError::Disconnected(_) => stopped(),
            })?;
        answer.await.unwrap_or_else(|_closed| Err(stopped().into()))
    }
}

fn stopped() -> DbError {
    DbError::Unavailable("the writer has stopped".into())
}

/// What a job asks for once it has run.
enum JobOutcome {
    Keep,
    /// Undo this job alone.
    Undo,
    /// The database failed under it.
    GiveUp(String),
}

trait Job: Send {
    fn run(&mut self, conn: &mut DbConn) -> JobOutcome;
    fn answer(self: Box<Self>, batch: Result<(), &str>);
}

struct TypedJob<T, E, F, A> {
    span: Span,
    work: F,
    then: A,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F, A> Job for TypedJob<T, E, F, A>
where
    F: FnMut(&mut DbConn) -> Result<T, E> + Send,
    T: Send,
    E: Error + From<DbError> + Send + 'static,
    A: FnOnce(&T) + Send,
{
    fn run(&mut self, conn: &mut DbConn) -> JobOutcome {
        let work = AssertUnwindSafe(|| self.span.in_scope(|| (self.work)(conn)));
        let outcome = catch_unwind(work).unwrap_or_else(|_panic| Err(DbError::Panicked.into()));
        let verdict = match &outcome {
            Ok(_) => JobOutcome::Keep,
            Err(error) if DbError::is_database_failure(error) => {
                JobOutcome::GiveUp(describe(error))
            }
            Err(_) => JobOutcome::Undo,
        };
        self.outcome = Some(outcome);
        verdict
    }

    fn answer(self: Box<Self>, batch: Result<(), &str>) {
        let Self {
            span,
            then,
            outcome,
            reply,
            ..
        } = *self;
        let outcome = match (batch, outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(stopped().into()),
            (Err(reason), _) => Err(DbError::Unavailable(reason.to_owned()).into()),
        };
        let outcome = outcome.inspect(|it| span.in_scope(|| then(it)));
        // Nobody may be waiting any more; the work is done all the same.
        drop(reply.send(outcome));
    }
}

fn run(jobs: &Receiver<Box<dyn Job>>, open: impl Fn() -> Result<DbConn, DbError>) {
    let mut idle = None;
    while let Ok(first) = jobs.recv() {
        let mut batch = vec![first];
        batch.extend(jobs.try_iter().take(BATCH - 1));
        let connection = idle.take().map_or_else(&open, Ok);
        let outcome = connection
            .map_err(|error| describe(&error))
            .and_then(|mut conn| {
                commit(&mut conn, &mut batch)?;
                Ok(conn)
            });
        match outcome {
            Ok(connection) => {
                idle = Some(connection);
                batch.into_iter().for_each(|job| job.answer(Ok(())));
            }
            Err(reason) => {
                tracing::error!(jobs = batch.len(), reason, "a batch of writes was given up");
                batch.into_iter().for_each(|job| job.answer(Err(&reason)));
            }
        }
    }
}

/// Runs the batch in one transaction. After an error nothing of it is kept once the connection
/// is closed.
fn commit(conn: &mut DbConn, batch: &mut [Box<dyn Job>]) -> Result<(), String> {
    let execute = |conn: &mut DbConn, sql| {
        conn.batch_execute(sql)
            .map_err(|error| format!("{sql}: {error}"))
    };
    execute(conn, "BEGIN IMMEDIATE")?;
    for job in batch {
        execute(conn, "SAVEPOINT job")?;
        match job.run(conn) {
            JobOutcome::Keep => {}
            JobOutcome::Undo => execute(conn, "ROLLBACK TO job")?,
            JobOutcome::GiveUp(reason) => return Err(reason),
        }
        execute(conn, "RELEASE job")?;
    }
    execute(conn, "COMMIT")
}
