//! Ended logins: why an access token stops working the moment its login ends, on every instance,
//! although no request asks the database about it.
//!
//! Each process holds the logins that ended while a token of theirs may still live. The one that
//! ends a login adds it before it answers. The others read the table again when PostgreSQL brings a
//! notice, and every two seconds in any case: on SQLite, where only the command line writes beside
//! the server, and wherever a notice was lost.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::auth::repository::ending;
use crate::clock::{SharedClock, Stopwatch};
use crate::config::AuthSettings;
use crate::db::{Db, DbConn, DbError, dialect};
use crate::users::LoginId;

/// A read looks this far behind the one before it: a transaction may commit long after it began.
const OVERLAP: TimeDelta = TimeDelta::seconds(60);
/// What was read longer ago decides nothing.
const TRUSTED: TimeDelta = TimeDelta::seconds(30);
/// By so much a clock may be set back while a server runs, as time services do.
const CLOCK_STEP: TimeDelta = TimeDelta::seconds(1);
/// How long a request waits for a read, of its own or of another.
const PATIENCE: Duration = Duration::from_secs(5);
/// After a read that failed, how long it is not tried again for the next request.
const RETRY: Duration = Duration::from_secs(1);
/// A transaction that ends logins and is not done after this does not commit. With PostgreSQL's
/// limit of 10 s on a single pause (`db/connection.rs`) it is over within 30 s, half of
/// [`OVERLAP`].
const LONGEST_TRANSACTION: TimeDelta = TimeDelta::seconds(20);

/// The logins that ended lately, as this process knows them. Clones share them.
#[derive(Clone)]
pub struct EndedLogins {
    db: Db,
    clock: SharedClock,
    window: TimeDelta,
    known: Arc<RwLock<Known>>,
    /// Held by the one that reads the table; when a read failed last.
    reading: Arc<Mutex<Option<Stopwatch>>>,
}

#[derive(Default)]
struct Known {
    ended: HashMap<LoginId, DateTime<Utc>>,
    /// When the last read began.
    read_at: Option<DateTime<Utc>>,
}

/// What a transaction came to, and the logins that it ended.
pub struct Ending<T> {
    /// What it came to.
    pub outcome: T,
    /// The logins.
    pub ended: Vec<LoginId>,
}

impl<T> Ending<T> {
    /// No login ended.
    pub fn nothing(outcome: T) -> Self {
        let ended = Vec::new();
        Self { outcome, ended }
    }

    /// One login ended.
    pub fn of(login_id: LoginId, outcome: T) -> Self {
        let ended = vec![login_id];
        Self { outcome, ended }
    }
}

impl EndedLogins {
    /// Knows nothing until the first read.
    pub fn new(db: Db, clock: SharedClock, settings: &AuthSettings) -> Self {
        Self {
            db,
            clock,
            window: settings.access_token_window(),
            known: Arc::default(),
            reading: Arc::default(),
        }
    }

    /// Whether the login has ended. The table is read first if that was long ago, as it is when the
    /// process or the database stood still.
    ///
    /// # Errors
    /// When it was long ago and the database fails: then nobody knows.
    pub async fn contains(&self, login_id: LoginId) -> Result<bool, DbError> {
        if let Some(known) = self.look_up(login_id) {
            return Ok(known);
        }
        let unknown = || DbError::Unavailable("ended logins are not known".into());
        let reading = timeout(PATIENCE, self.reading.lock()).await;
        let mut failed = reading.map_err(|_elapsed| unknown())?;
        // Someone else may have read meanwhile, or have tried.
        if let Some(known) = self.look_up(login_id) {
            return Ok(known);
        }
        if failed.is_some_and(|it| it.elapsed() < RETRY) {
            return Err(unknown());
        }
        let read = self.read(false).await;
        *failed = read.is_err().then(Stopwatch::start);
        read?;
        self.look_up(login_id).ok_or_else(unknown)
    }

    /// Whether this process knows that the login has ended. It asks nobody: for what goes on
    /// without a request, and may not wait for the database.
    pub fn knows(&self, login_id: LoginId) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.ended.contains_key(&login_id)
    }

    /// `None` where what was read is too old to tell.
    fn look_up(&self, login_id: LoginId) -> Option<bool> {
        let now = self.clock.now();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        // A read that is to come tells of a clock that was set back.
        let is_fresh = |read: DateTime<Utc>| (now - TRUSTED..=now + CLOCK_STEP).contains(&read);
        let is_fresh = known.read_at.is_some_and(is_fresh);
        is_fresh.then(|| known.ended.contains_key(&login_id))
    }

    /// Reads what ended since the last read, and `everything` that matters where some of it may
    /// have been missed.
    ///
    /// # Errors
    /// When the database fails; what is known stays.
    pub async fn reload(&self, everything: bool) -> Result<(), DbError> {
        let mut failed = self.reading.lock().await;
        let read = self.read(everything).await;
        *failed = read.is_err().then(Stopwatch::start);
        read
    }

    async fn read(&self, everything: bool) -> Result<(), DbError> {
        let now = self.clock.now();
        let oldest = now - self.window;
        let last = self.lock().read_at;
        let last = last.filter(|last| !everything && *last <= now + CLOCK_STEP);
        let since = last.map_or(oldest, |last| (last - OVERLAP).max(oldest));
        let list = move |conn: &mut DbConn| ending::list_ended(conn, since);
        let reading = timeout(PATIENCE, self.db.read::<_, DbError, _>(list)).await;
        let ended = reading.unwrap_or_else(|_elapsed| {
            let hangs = "the read of ended logins hangs".into();
            Err(DbError::Unavailable(hangs))
        })?;
        let mut known = self.lock();
        known.ended.extend(ended);
        known.ended.retain(|_, ended_at| *ended_at > oldest);
        known.read_at = Some(now);
        Ok(())
    }

    /// Runs a transaction that may end logins. `job` is given the time at which they end. Whoever
    /// asks this process once it is committed is told that they have ended, even if the client
    /// hangs up meanwhile; the other processes are given notice.
    ///
    /// # Errors
    /// What `job` returns, or a [`DbError`] when the database fails or the transaction takes too
    /// long.
    pub async fn write<T, E, F>(&self, mut job: F) -> Result<T, E>
    where
        F: FnMut(&mut DbConn, DateTime<Utc>) -> Result<Ending<T>, E> + Send + 'static,
        T: Send + 'static,
        E: Error + From<DbError> + Send + 'static,
    {
        let clock = self.clock.clone();
        let work = move |conn: &mut DbConn| {
            let began = clock.now();
            let ending = job(conn, began)?;
            if !ending.ended.is_empty() {
                dialect::notify(conn)?;
            }
            if clock.now() - began > LONGEST_TRANSACTION {
                Err(DbError::Unavailable("the transaction took too long".into()).into())
            } else {
                Ok((ending, began))
            }
        };
        let here = self.clone();
        let remember = move |(ending, began): &(Ending<T>, DateTime<Utc>)| {
            let ended = ending.ended.iter().map(|login_id| (*login_id, *began));
            here.lock().ended.extend(ended);
        };
        let committed = self.db.write_then::<_, E, _, _>(work, remember).await?;
        Ok(committed.0.outcome)
    }

    fn lock(&self) -> std::sync::RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}
